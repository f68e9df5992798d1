import fc from 'fast-check'
import { expect, test } from 'vitest'

import { inKeptOrder, withNewKeys } from './kept-places.ts'

test('what is new goes to the end, once, and nothing leaves its place', () => {
  expect(withNewKeys(['b', 'a'], ['a', 'c', 'b', 'c'])).toEqual(['b', 'a', 'c'])
  const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'))
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e')), keys, (order, next) => {
      const kept = withNewKeys(order, next)
      expect(kept.slice(0, order.length)).toEqual(order)
      expect(kept.toSorted()).toEqual([...new Set([...order, ...next])].toSorted())
    }),
  )
})

test('the same array comes back where nothing is new', () => {
  const order = ['b', 'a']
  expect(withNewKeys(order, ['a'])).toBe(order)
})

test('items keep their order, what is gone leaves, and the others follow in their own order', () => {
  expect(inKeptOrder(['d', 'a', 'e', 'c'], ['a', 'b', 'c'], (item) => item)).toEqual(['a', 'c', 'd', 'e'])
})
