import { describe, expect, test } from 'vitest'

import { GapDetector } from './gap-detector.ts'

const START = 1_790_000_010

/** A detector with one record in each of the buckets of these numbers, counted from START. */
function detectorWith(...buckets: readonly number[]): GapDetector {
  const detector = new GapDetector()
  for (const bucket of buckets) detector.add(START + bucket * 15)
  return detector
}

/** The gaps as bucket numbers, [from, to). */
const gapsOf = (detector: GapDetector): readonly (readonly [number, number])[] =>
  detector.gaps().map(({ from, to }) => [(from - START) / 15, (to - START) / 15])

describe('a gap', () => {
  test('is one or more buckets without a record between the oldest and the newest one', () => {
    expect(gapsOf(detectorWith(0, 1, 4, 5, 7))).toEqual([
      [2, 4],
      [6, 7],
    ])
    expect(detectorWith(3).gapCount()).toBe(0)
  })

  test('appears when the last record of a bucket is evicted, unless none is older', () => {
    const detector = detectorWith(0, 1, 1, 2)
    detector.remove(START + 15)
    expect(gapsOf(detector)).toEqual([])
    detector.remove(START + 15)
    expect(gapsOf(detector)).toEqual([[1, 2]])
    detector.remove(START)
    expect(gapsOf(detector)).toEqual([])
  })

  test('excludes the buckets that received ranges cover completely, not those they cover in part', () => {
    const detector = detectorWith(0, 10)
    detector.addReceivedRange(START + 3 * 15, START + 5 * 15)
    detector.addReceivedRange(START + 5 * 15, START + 6 * 15 + 1)
    expect(gapsOf(detector)).toEqual([
      [1, 3],
      [6, 10],
    ])
  })

  test('is not made by records without a time', () => {
    const detector = detectorWith(0)
    detector.add(0)
    expect(detector.gapCount()).toBe(0)
    detector.remove(0)
    expect(detector.gapCount()).toBe(0)
  })
})
