import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { HISTORY_LIMIT, parseHistory, withNewest } from './query-history.ts'

describe('the history of queries', () => {
  test('keeps each query once, the newest last', () => {
    expect(['a', 'b', 'a', '', 'c'].reduce(withNewest, [])).toEqual(['b', 'a', 'c'])
  })

  test('is bounded, and drops the oldest', () => {
    const many = Array.from({ length: HISTORY_LIMIT + 5 }, (_, i) => `q${i}`)
    const kept = many.reduce(withNewest, [])
    expect(kept).toHaveLength(HISTORY_LIMIT)
    expect(kept.at(0)).toBe('q5')
    expect(parseHistory(JSON.stringify(many))).toEqual(kept)
  })

  test('is read as it was written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: HISTORY_LIMIT }), (queries) => {
        expect(parseHistory(JSON.stringify(queries))).toEqual(queries)
      }),
    )
  })

  test('leaves out stored entries that are not queries', () => {
    for (const text of [null, '', '{broken', '{}', '"x"', 'null']) expect(parseHistory(text)).toEqual([])
    expect(parseHistory('["a", 1, null, "", ["b"], "c"]')).toEqual(['a', 'c'])
  })
})
