import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { Order, OrderBuffers } from './order.ts'

/** Many items with values of one kind: evenly spread, few distinct, a few very large, fractions, or missing. */
const anyValue: Arbitrary<Arbitrary<number>> = fc.constantFrom<Arbitrary<number>>(
  fc.nat(1_000_000),
  fc.nat(3),
  fc.constantFrom(0, 1, 2, 3, 500, 2 ** 52),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(-1, 0, Number.MIN_VALUE, 2 * Number.MIN_VALUE),
  fc.constantFrom(7, Number.NaN),
)
const manyValues: Arbitrary<readonly number[]> = anyValue.chain((value) =>
  fc.array(value, { minLength: 0, maxLength: 4000, size: 'max' }),
)

/** The places of the items that are in the list, sorted by value, then tie, then number. */
function sorted(values: readonly number[], ties: Uint32Array): readonly number[] {
  return [...values.keys()]
    .filter((item) => !Number.isNaN(values[item]))
    .sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || (ties[a] ?? 0) - (ties[b] ?? 0) || a - b)
}

describe('an order', () => {
  test('gives the windows of the sorted list', () => {
    const buffers = new OrderBuffers()
    fc.assert(
      fc.property(
        manyValues,
        fc.nat(4000),
        fc.nat(300),
        fc.integer({ min: 1, max: 5000 }),
        (values, from, length, spread) => {
          const ties = Uint32Array.from(values, (_, item) => (item * 7919) % spread)
          const all = sorted(values, ties)
          const order = new Order(Float64Array.from(values), [ties], buffers)
          expect(order.total).toBe(all.length)
          const start = Math.min(from, all.length)
          const end = Math.min(start + length, all.length)
          expect([...order.window(start, end)]).toEqual(all.slice(start, end))
          const item = all[start]
          if (item !== undefined) expect(order.placeOf(item)).toBe(start)
        },
      ),
      { numRuns: 200 },
    )
  }, 60_000)

  test('of a few hundred thousand equal values is the order of their numbers', () => {
    const order = new Order(new Float64Array(300_000).fill(5), [], new OrderBuffers())
    expect([...order.window(299_998, 300_000)]).toEqual([299_998, 299_999])
  })
})
