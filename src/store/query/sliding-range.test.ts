import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { resolveRange } from './sliding-range.ts'

describe('the range that a request means', () => {
  test('ends with the newest record where it is sliding', () => {
    expect(resolveRange({ last: 900 }, 1_790_000_015)).toEqual({ from: 1_789_999_115, to: 1_790_000_015 })
  })

  test('never begins before Unix time 0', () => {
    expect(resolveRange({ last: 900 }, 300)).toEqual({ from: 0, to: 300 })
  })

  test('is empty where no record has a time', () => {
    const range = resolveRange({ last: 900 }, null)
    expect(range?.to).toBe(range?.from)
  })

  test('is the requested one where that is fixed, and all where none is requested', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.option(fc.nat()), (from, to, newest) => {
        expect(resolveRange({ from, to }, newest)).toEqual({ from, to })
        expect(resolveRange(null, newest)).toBeNull()
      }),
    )
  })
})
