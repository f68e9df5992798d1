import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HeldBucket, HistoryGap } from '../history-store.ts'
import { openGaps, withGap } from './gap-ranges.ts'

const causes = fc.constantFrom('The gateway did not run', 'Goldmane restarted')
const gaps = fc.array(
  fc
    .record({ from: fc.nat(40), length: fc.integer({ min: 1, max: 10 }), cause: causes })
    .map(({ from, length, cause }): HistoryGap => ({ from, to: from + length, cause })),
  { maxLength: 6 },
)
const buckets = fc
  .uniqueArray(fc.record({ start: fc.nat(50), seconds: fc.constantFrom(1, 4) }), {
    selector: ({ start }) => start,
    maxLength: 8,
  })
  .map((all) =>
    all.toSorted((a, b) => a.start - b.start).map((each): HeldBucket => ({ ...each, version: 1, rows: 1 })),
  )

/** The causes of each second. */
function bySecond(of: readonly HistoryGap[]): readonly string[] {
  return Array.from({ length: 60 }, (_, second) =>
    [...new Set(of.filter(({ from, to }) => from <= second && second < to).map(({ cause }) => cause))]
      .toSorted()
      .join(),
  )
}

test('merging keeps the causes of every second', () => {
  fc.assert(
    fc.property(gaps, (all) => {
      const merged = all.reduce<readonly HistoryGap[]>(withGap, [])
      expect(bySecond(merged)).toEqual(bySecond(all))
      expect(merged.length).toBeLessThanOrEqual(all.length)
    }),
  )
})

test('gaps that touch and have one cause are one', () => {
  const first = { from: 0, to: 15, cause: 'The gateway did not run' }
  expect(withGap([first], { ...first, from: 15, to: 30 })).toEqual([{ ...first, to: 30 }])
  expect(withGap([first], { from: 15, to: 30, cause: 'Goldmane restarted' })).toHaveLength(2)
})

test('what is held, or outside of the range, is open no more', () => {
  fc.assert(
    fc.property(gaps, buckets, fc.nat(30), fc.nat(30), (all, held, from, length) => {
      const range = { from, to: from + length }
      const covered = (second: number) =>
        second < range.from ||
        second >= range.to ||
        held.some(({ start, seconds }) => start <= second && second < start + seconds)
      expect(bySecond(openGaps(all, held, range))).toEqual(
        bySecond(all).map((cause, second) => (covered(second) ? '' : cause)),
      )
    }),
  )
})
