import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { rangeAfterKey, snapToSteps } from './range-steps.ts'

const HOUR = { from: 1_790_000_010, step: 15, allowed: { length: 240 } }
const at = (first: number, last: number) => ({ from: HOUR.from + first * 15, to: HOUR.from + last * 15 })

describe('the selected range', () => {
  test('moves by a step, and stops at both ends with its width kept', () => {
    expect(rangeAfterKey(at(10, 20), 'ArrowRight', false, HOUR)).toEqual(at(11, 21))
    expect(rangeAfterKey(at(0, 20), 'ArrowLeft', false, HOUR)).toEqual(at(0, 20))
    expect(rangeAfterKey(at(230, 240), 'ArrowRight', false, HOUR)).toEqual(at(230, 240))
    expect(rangeAfterKey(at(10, 20), 'Home', false, HOUR)).toEqual(at(0, 10))
    expect(rangeAfterKey(at(10, 20), 'End', false, HOUR)).toEqual(at(230, 240))
  })

  test('grows and shrinks, to one step at least', () => {
    expect(rangeAfterKey(at(10, 20), 'ArrowRight', true, HOUR)).toEqual(at(10, 21))
    expect(rangeAfterKey(at(10, 11), 'ArrowLeft', true, HOUR)).toEqual(at(10, 11))
    expect(rangeAfterKey(at(10, 20), '+', false, HOUR)).toEqual(at(9, 21))
    expect(rangeAfterKey(at(10, 20), '-', false, HOUR)).toEqual(at(11, 19))
    expect(rangeAfterKey(at(10, 12), '-', false, HOUR)).toEqual(at(10, 12))
  })

  test('begins at the newest end, and Escape clears it', () => {
    expect(rangeAfterKey(null, 'ArrowLeft', false, HOUR)).toEqual(at(232, 240))
    expect(rangeAfterKey(at(1, 2), 'Escape', false, HOUR)).toBeNull()
    expect(rangeAfterKey(null, 'Escape', false, HOUR)).toBeUndefined()
    expect(rangeAfterKey(at(1, 2), 'x', false, HOUR)).toBeUndefined()
  })

  test('is always whole steps inside the axis', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -9999, max: 9999 }),
        fc.integer({ min: -9999, max: 9999 }),
        (from, length) => {
          const range = snapToSteps({ from: HOUR.from + from, to: HOUR.from + from + length }, HOUR)
          expect((range.from - HOUR.from) % 15).toBe(0)
          expect((range.to - HOUR.from) % 15).toBe(0)
          expect(range.from).toBeGreaterThanOrEqual(HOUR.from)
          expect(range.to).toBeGreaterThan(range.from)
          expect(range.to).toBeLessThanOrEqual(HOUR.from + 3600)
        },
      ),
    )
  })
})
