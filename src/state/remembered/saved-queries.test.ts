import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  NAME_LIMIT,
  parseSaved,
  SAVED_LIMIT,
  type SavedQuery,
  withoutSaved,
  withSaved,
} from './saved-queries.ts'

const denials: SavedQuery = { name: 'denials', text: 'action = Deny' }

describe('saved queries', () => {
  test('are sorted by name, and each name has one query', () => {
    const list = [denials, { name: 'backend', text: 'dst.ns = backend' }].reduce(withSaved, [])
    expect(list.map(({ name }) => name)).toEqual(['backend', 'denials'])
    const replaced = withSaved(list, { name: 'denials', text: 'action = Deny and port != 53' })
    expect(replaced).toHaveLength(2)
    expect(replaced[1]?.text).toBe('action = Deny and port != 53')
    expect(withoutSaved(replaced, 'denials').map(({ name }) => name)).toEqual(['backend'])
  })

  test('leave out stored entries that are not saved queries', () => {
    for (const text of [null, '', '{broken', '{}', 'null', '3']) expect(parseSaved(text)).toEqual([])
    const long = 'x'.repeat(NAME_LIMIT + 1)
    const stored = [denials, { name: '', text: 'a' }, { name: long, text: 'a' }, { name: 'a' }, null, 'b']
    expect(parseSaved(JSON.stringify(stored))).toEqual([denials])
  })

  test('any text gives a bounded list with each name once', () => {
    const entry = fc.record({ name: fc.string({ maxLength: 3 }), text: fc.string() })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(entry).map((list) => JSON.stringify(list)),
        ),
        (text) => {
          const names = parseSaved(text).map(({ name }) => name)
          expect(names.length).toBeLessThanOrEqual(SAVED_LIMIT)
          expect(new Set(names).size).toBe(names.length)
        },
      ),
    )
  })
})
