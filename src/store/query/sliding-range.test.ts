import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { rangeOf } from './sliding-range.ts'

describe('the range that a time window means', () => {
  test('of the last minutes ends with the newest record', () => {
    expect(rangeOf({ last: 900 }, 1_790_000_015)).toEqual({ from: 1_789_999_115, to: 1_790_000_015 })
  })

  test('never begins before there was time', () => {
    expect(rangeOf({ last: 900 }, 300)).toEqual({ from: 0, to: 300 })
  })

  test('holds nothing where nothing has a time', () => {
    const range = rangeOf({ last: 900 }, null)
    expect(range?.to).toBe(range?.from)
  })

  test('is itself where it is fixed, and everything where none is chosen', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.option(fc.nat()), (from, to, newest) => {
        expect(rangeOf({ from, to }, newest)).toEqual({ from, to })
        expect(rangeOf(null, newest)).toBeNull()
      }),
    )
  })
})
