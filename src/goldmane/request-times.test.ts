import { describe, expect, test } from 'vitest'

import { codeOf } from './testing/fixture.ts'
import { resolveRange } from './request-times.ts'

const NOW = 1_790_000_017.9
const OLDEST = 1_789_996_410
const range = (startTimeGte: bigint, startTimeLt: bigint) =>
  resolveRange({ startTimeGte, startTimeLt }, NOW, OLDEST)

describe('the range of a request', () => {
  test('left open runs from the oldest bucket to now, in whole seconds', () => {
    expect(range(0n, 0n)).toEqual({ gte: OLDEST, lt: 1_790_000_017 })
  })

  test('takes what is greater than zero as it is', () => {
    expect(range(5n, 1_800_000_000n)).toEqual({ gte: 5, lt: 1_800_000_000 })
  })

  test('takes what is less than zero from now', () => {
    expect(range(-60n, -15n)).toEqual({ gte: 1_789_999_957, lt: 1_790_000_002 })
  })

  test.each([
    [-15n, -15n],
    [-15n, -16n],
    [1_800_000_000n, 0n],
  ])('from %d to %d is refused with UNKNOWN', (gte, lt) => {
    expect(codeOf(() => range(gte, lt))).toBe(2)
  })
})
