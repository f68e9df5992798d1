import { describe, expect, test } from 'vitest'

import { isNew } from './novelty.ts'

const HOUR = { oldest: 10_000, newest: 13_600 }

describe('a signature is new', () => {
  test('when its first record is of the last five minutes held', () => {
    expect(isNew({ firstSeen: 13_300 }, HOUR, false)).toBe(true)
    expect(isNew({ firstSeen: 13_299 }, HOUR, false)).toBe(false)
  })

  test('never while so little is held that all would be', () => {
    expect(isNew({ firstSeen: 10_500 }, { oldest: 10_000, newest: 10_599 }, false)).toBe(false)
    expect(isNew({ firstSeen: 0 }, { oldest: null, newest: null }, false)).toBe(false)
  })

  test('never in a time window, whose first record says nothing of the time before', () => {
    expect(isNew({ firstSeen: 13_500 }, HOUR, true)).toBe(false)
  })
})
