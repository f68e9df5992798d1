import { describe, expect, test } from 'vitest'

import { baselineOf, isNew } from './novelty.ts'

const HOUR = { oldest: 10_000, newest: 13_600 }

describe('a signature is new', () => {
  test('when its first record is of the last five minutes held', () => {
    const baseline = baselineOf(null, HOUR, false)
    expect(baseline).toEqual({ known: true, since: 13_300, marked: false })
    expect(isNew({ firstSeen: 13_300 }, baseline)).toBe(true)
    expect(isNew({ firstSeen: 13_299 }, baseline)).toBe(false)
  })

  test('when its first record is not before the mark that the reader made', () => {
    const baseline = baselineOf(12_000, HOUR, false)
    expect(baseline).toEqual({ known: true, since: 12_000, marked: true })
    expect(isNew({ firstSeen: 12_000 }, baseline)).toBe(true)
    expect(isNew({ firstSeen: 11_985 }, baseline)).toBe(false)
  })

  test('not at all right after a mark', () => {
    expect(isNew({ firstSeen: 13_585 }, baselineOf(13_600, HOUR, false))).toBe(false)
  })
})

describe('what is new is not known', () => {
  test('while so little is held from before that all would be', () => {
    expect(baselineOf(null, { oldest: 10_000, newest: 10_599 }, false).known).toBe(false)
    expect(baselineOf(null, { oldest: 10_000, newest: 10_600 }, false).known).toBe(true)
    expect(baselineOf(10_299, HOUR, false).known).toBe(false)
    expect(baselineOf(9000, HOUR, false).known).toBe(false)
    expect(isNew({ firstSeen: 13_500 }, baselineOf(9000, HOUR, false))).toBe(false)
  })

  test('where nothing has a time', () => {
    expect(baselineOf(12_000, { oldest: null, newest: null }, false).known).toBe(false)
  })

  test('in a time window, whose first record says nothing of the time before', () => {
    expect(baselineOf(null, HOUR, true).known).toBe(false)
    expect(baselineOf(12_000, HOUR, true).known).toBe(false)
  })

  test('where all that is held is from before the mark, as in an older capture', () => {
    expect(baselineOf(13_601, HOUR, false).known).toBe(false)
  })
})
