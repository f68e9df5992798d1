import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { orderById } from './id-order.ts'

test('rows are in the order of their ids, of which few upper halves are equal or many', () => {
  const half = fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(0, 1, 2047, 0xffff_ffff))
  fc.assert(
    fc.property(fc.array(fc.tuple(half, half), { maxLength: 200 }), (ids) => {
      const order = orderById(
        Uint32Array.from(ids, ([high]) => high),
        Uint32Array.from(ids, ([, low]) => low),
      )
      const values = ids.map(([high, low]) => (BigInt(high) << 32n) | BigInt(low))
      const expected = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      expect([...order].map((row) => values[row])).toEqual(expected)
      expect(new Set(order).size).toBe(ids.length)
    }),
  )
})
