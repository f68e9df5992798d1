import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { BucketOrder, SortBuffers } from './bucket-sort.ts'
import { manyValues, sorted } from '../testing/sort-samples.ts'

describe('a bucket order', () => {
  test('gives the windows of the sorted list', () => {
    const buffers = new SortBuffers()
    fc.assert(
      fc.property(
        manyValues,
        fc.nat(4000),
        fc.nat(300),
        fc.integer({ min: 1, max: 5000 }),
        fc.constantFrom(1 as const, -1 as const),
        (values, from, length, spread, sign) => {
          const ties = Uint32Array.from(values, (_, item) => (item * 7919) % spread)
          const all = sorted(
            values.map((value) => sign * value),
            ties,
          )
          const order = new BucketOrder(Float64Array.from(values), sign, [(each) => ties[each] ?? 0], buffers)
          expect(order.total).toBe(all.length)
          const start = Math.min(from, all.length)
          const end = Math.min(start + length, all.length)
          expect([...order.window(start, end)]).toEqual(all.slice(start, end))
          const item = all[start]
          if (item !== undefined) expect(order.indexOf(item)).toBe(start)
        },
      ),
      { numRuns: 200 },
    )
  }, 60_000)

  test('of a few hundred thousand equal values is the order of their numbers', () => {
    const order = new BucketOrder(new Float64Array(300_000).fill(5), 1, [], new SortBuffers())
    expect([...order.window(299_998, 300_000)]).toEqual([299_998, 299_999])
  })
})
