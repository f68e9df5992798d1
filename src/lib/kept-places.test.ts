import fc from 'fast-check'
import { expect, test } from 'vitest'

import { withNewKeys } from './kept-places.ts'

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
