import { describe, expect, test } from 'vitest'

import { baselineOf } from './novelty.ts'

const HOUR = { oldest: 10_000, newest: 13_600 }

describe('a signature is new', () => {
  test('when its first record is at most five minutes before the newest record', () => {
    const baseline = baselineOf(null, HOUR)
    expect(baseline).toEqual({ known: true, since: 13_300, marked: false })
  })

  test('when its first record is not before the time up to which denials were seen', () => {
    const baseline = baselineOf(12_000, HOUR)
    expect(baseline).toEqual({ known: true, since: 12_000, marked: true })
  })
})

describe('there is no baseline', () => {
  test('where records are sums, also for a time that was marked', () => {
    const why = 'each record here sums 1 h'
    expect(baselineOf(null, HOUR, 3600)).toEqual({ known: false, why })
    expect(baselineOf(12_000, HOUR, 3600)).toEqual({ known: false, why })
  })

  test('while so little is held from before it that everything would be new', () => {
    expect(baselineOf(null, { oldest: 10_000, newest: 10_599 }).known).toBe(false)
    expect(baselineOf(null, { oldest: 10_000, newest: 10_600 }).known).toBe(true)
    expect(baselineOf(10_299, HOUR).known).toBe(false)
    expect(baselineOf(9000, HOUR).known).toBe(false)
  })

  test('when no record has a time', () => {
    expect(baselineOf(12_000, { oldest: null, newest: null }).known).toBe(false)
  })

  test('when all records are older than the time up to which denials were seen, as in an old capture', () => {
    expect(baselineOf(13_601, HOUR).known).toBe(false)
  })
})
