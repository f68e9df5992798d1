import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { keepEqual } from './keep-equal.ts'

const anyMessage = fc.object({ maxDepth: 3, withNullPrototype: false })

test('what is equal stays the same object', () => {
  fc.assert(
    fc.property(anyMessage, (before) => {
      expect(keepEqual(before, structuredClone(before))).toBe(before)
    }),
  )
})

test('what differs is deeply equal to the new one', () => {
  fc.assert(
    fc.property(anyMessage, anyMessage, (before, after) => {
      expect(keepEqual(before, after)).toEqual(after)
    }),
  )
})

test('parts that are equal stay, and neither value is changed', () => {
  const before = { holdings: { records: 1 }, refusals: [{ line: 2 }], live: null }
  const after = { holdings: { records: 2 }, refusals: [{ line: 2 }, { line: 3 }], live: null }
  const copies = structuredClone([before, after])
  const shared = keepEqual(before, after)
  expect(shared).toEqual(after)
  expect(shared.refusals[0]).toBe(before.refusals[0])
  expect([before, after]).toEqual(copies)
  expect(keepEqual({ a: undefined }, { b: undefined })).toEqual({ b: undefined })
  expect(keepEqual([1, 2, 3], [1, 2])).toEqual([1, 2])
})
