import { describe, expect, test } from 'vitest'

import { historyRangeOf, type RangeScene, unsummedPart, wholeSteps } from './history-range.ts'

const NOW = 1_790_002_800
const HOUR = 3600

function rangeOf(scene: Partial<RangeScene>) {
  return historyRangeOf({ time: null, alone: null, before: null, oldestLive: null, now: NOW, ...scene })
}

describe('the range that is read from the history', () => {
  test('is none for everything held, and for the last minutes', () => {
    const before = { from: NOW - 9 * HOUR, to: NOW }
    expect(rangeOf({ before })).toBeNull()
    expect(rangeOf({ before, time: { last: 900 } })).toBeNull()
  })

  test('is a range that begins before the records held, or before their hour', () => {
    const time = { from: NOW - 2 * HOUR, to: NOW }
    expect(rangeOf({ time })).toBe(time)
    expect(rangeOf({ time, oldestLive: NOW - 3 * HOUR })).toBeNull()
    expect(rangeOf({ time: { from: NOW - HOUR - 200, to: NOW } })).toBeNull()
    expect(rangeOf({ time: { from: NOW - HOUR, to: NOW }, oldestLive: NOW - 1800 })).not.toBeNull()
  })

  test('stays when the reader selects a part of it, unless that is to be read alone', () => {
    const before = { from: NOW - 9 * HOUR, to: NOW }
    const time = { from: NOW - 5 * HOUR, to: NOW - 4 * HOUR }
    expect(rangeOf({ time, before })).toBe(before)
    expect(rangeOf({ time, before, alone: { ...time } })).toBe(time)
    const wider = { from: NOW - 10 * HOUR, to: NOW }
    expect(rangeOf({ time: wider, before, alone: time })).toBe(wider)
  })
})

test('the part that is not summed is no longer than a day, whatever its ends', () => {
  expect(unsummedPart({ from: NOW + 1, to: NOW + 24 * HOUR + 1 })).toEqual({
    from: NOW + 15,
    to: NOW + 24 * HOUR + 15,
  })
  expect(unsummedPart({ from: NOW + 1, to: NOW + 31 })).toEqual({ from: NOW, to: NOW + 45 })
})

test('a long range has full hours, a short one buckets', () => {
  expect(wholeSteps({ from: NOW + 1, to: NOW + 31 })).toEqual({ from: NOW, to: NOW + 45 })
  expect(wholeSteps({ from: NOW + 1, to: NOW + 25 * HOUR })).toEqual({ from: NOW, to: NOW + 25 * HOUR })
})
