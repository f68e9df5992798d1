import { describe, expect, test } from 'vitest'

import { baselineOf, isNew } from './novelty.ts'

const HOUR = { oldest: 10_000, newest: 13_600 }

describe('a signature is new', () => {
  test('when its first record is at most five minutes before the newest record', () => {
    const baseline = baselineOf(null, HOUR, false)
    expect(baseline).toEqual({ known: true, since: 13_300, marked: false })
    expect(isNew({ firstSeen: 13_300 }, baseline)).toBe(true)
    expect(isNew({ firstSeen: 13_299 }, baseline)).toBe(false)
  })

  test('when its first record is not before the time up to which denials were seen', () => {
    const baseline = baselineOf(12_000, HOUR, false)
    expect(baseline).toEqual({ known: true, since: 12_000, marked: true })
    expect(isNew({ firstSeen: 12_000 }, baseline)).toBe(true)
    expect(isNew({ firstSeen: 11_985 }, baseline)).toBe(false)
  })

  test('never right after everything was marked as seen', () => {
    expect(isNew({ firstSeen: 13_585 }, baselineOf(13_600, HOUR, false))).toBe(false)
  })
})

describe('there is no baseline', () => {
  test('while so little is held from before it that everything would be new', () => {
    expect(baselineOf(null, { oldest: 10_000, newest: 10_599 }, false).known).toBe(false)
    expect(baselineOf(null, { oldest: 10_000, newest: 10_600 }, false).known).toBe(true)
    expect(baselineOf(10_299, HOUR, false).known).toBe(false)
    expect(baselineOf(9000, HOUR, false).known).toBe(false)
    expect(isNew({ firstSeen: 13_500 }, baselineOf(9000, HOUR, false))).toBe(false)
  })

  test('when no record has a time', () => {
    expect(baselineOf(12_000, { oldest: null, newest: null }, false).known).toBe(false)
  })

  test('in a time range, whose first record tells nothing of the time before', () => {
    expect(baselineOf(null, HOUR, true).known).toBe(false)
    expect(baselineOf(12_000, HOUR, true).known).toBe(false)
  })

  test('when all records are older than the time up to which denials were seen, as in an old capture', () => {
    expect(baselineOf(13_601, HOUR, false).known).toBe(false)
  })
})
