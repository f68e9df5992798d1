import { describe, expect, test } from 'vitest'

import { extendedToNow, historyRangeOf, type RangeScene, unsummedPart, wholeSteps } from './history-range.ts'

const NOW = 1_790_002_800
const HOUR = 3600

function rangeOf(scene: Partial<RangeScene>) {
  return historyRangeOf({ time: null, alone: null, before: null, oldestLive: null, now: NOW, ...scene })
}

/** A range that is read, as the reader chose it. */
function readOf(range: { readonly from: number; readonly to: number }) {
  return { time: range, range }
}

describe('the range that is read from the history', () => {
  test('is none for everything held, and for the last minutes', () => {
    const before = readOf({ from: NOW - 9 * HOUR, to: NOW })
    expect(rangeOf({ before })).toBeNull()
    expect(rangeOf({ before, time: { last: 900 } })).toBeNull()
    expect(rangeOf({ time: { last: HOUR } })).toBeNull()
    // Goldmane restarted: its hour is what the live source shows of it.
    expect(rangeOf({ time: { last: HOUR }, oldestLive: NOW - 600 })).toBeNull()
  })

  test('is a range that begins before the records held, or before their hour, be it by seconds', () => {
    const time = { from: NOW - 2 * HOUR, to: NOW }
    expect(rangeOf({ time })).toBe(time)
    expect(rangeOf({ time, oldestLive: NOW - 3 * HOUR })).toBeNull()
    expect(rangeOf({ time, oldestLive: NOW - 2 * HOUR })).toBeNull()
    expect(rangeOf({ time, oldestLive: NOW - 2 * HOUR + 15 })).toBe(time)
    expect(rangeOf({ time: { from: NOW - HOUR, to: NOW } })).toBeNull()
    expect(rangeOf({ time: { from: NOW - HOUR - 15, to: NOW } })).not.toBeNull()
    expect(rangeOf({ time: { from: NOW - HOUR, to: NOW }, oldestLive: NOW - 1800 })).not.toBeNull()
  })

  test('stays when the reader selects a part of it, unless that is to be read alone', () => {
    const range = { from: NOW - 9 * HOUR, to: NOW }
    const before = readOf(range)
    const time = { from: NOW - 5 * HOUR, to: NOW - 4 * HOUR }
    expect(rangeOf({ time, before })).toBe(range)
    expect(rangeOf({ time, before, alone: { ...time } })).toBe(time)
    // The two halves of it are parts, and what ends later is none.
    expect(rangeOf({ time: { from: range.from, to: time.to }, before })).toBe(range)
    expect(rangeOf({ time: { from: time.from, to: range.to }, before })).toBe(range)
    const later = { from: time.from, to: range.to + 15 }
    expect(rangeOf({ time: later, before })).toBe(later)
    const wider = { from: NOW - 10 * HOUR, to: NOW }
    expect(rangeOf({ time: wider, before, alone: time })).toBe(wider)
  })

  test('of a range that was refused, a part is read alone; the range itself stays refused', () => {
    const range = { from: NOW - 9 * HOUR, to: NOW }
    const before = readOf(range)
    const time = { from: NOW - 5 * HOUR, to: NOW - 4 * HOUR }
    expect(rangeOf({ time, before, isUnread: true })).toBe(time)
    expect(rangeOf({ time: { ...range }, before, isUnread: true })).toBe(range)
  })

  test('reaches to now for the last hours, where the live source holds less', () => {
    const day = { from: NOW - 24 * HOUR, to: NOW }
    expect(rangeOf({ time: { last: 24 * HOUR } })).toEqual(day)
    expect(rangeOf({ time: { last: 24 * HOUR }, oldestLive: NOW - HOUR, now: NOW - 7 })).toEqual(day)
    expect(rangeOf({ time: { last: 2 * HOUR }, oldestLive: NOW - 3 * HOUR })).toBeNull()
  })

  test('does not follow the clock by itself: the last hours stay as they were read', () => {
    const range = { from: NOW - 24 * HOUR, to: NOW }
    const before = { time: { last: 24 * HOUR }, range }
    const later = { before, now: NOW + 600 }
    expect(rangeOf({ ...later, time: { last: 24 * HOUR } })).toBe(range)
    expect(rangeOf({ ...later, time: { from: NOW - 5 * HOUR, to: NOW - 4 * HOUR } })).toBe(range)
    expect(rangeOf({ ...later, time: { last: 6 * HOUR } })).toEqual({
      from: NOW - 6 * HOUR + 600,
      to: NOW + 600,
    })
    expect(rangeOf({ ...later, before: null, time: { last: 24 * HOUR } })?.to).toBe(NOW + 600)
  })
})

test('a range that is read on begins where it did', () => {
  const day = { from: NOW - 23 * HOUR, to: NOW }
  expect(extendedToNow(day, NOW + 50)).toEqual({ from: day.from, to: NOW + 60 })
  // The end of an hour of which sums are read.
  expect(extendedToNow({ from: NOW - 48 * HOUR, to: NOW }, NOW + 50).to).toBe(NOW + HOUR)
  // The clock was set back since: it is not before its beginning.
  expect(extendedToNow(day, day.from - 60)).toEqual({ from: day.from, to: day.from + 15 })
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
  expect(wholeSteps({ from: NOW + 15, to: NOW + 24 * HOUR + 15 })).toEqual({
    from: NOW + 15,
    to: NOW + 24 * HOUR + 15,
  })
})
