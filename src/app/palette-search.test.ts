import { describe, expect, test } from 'vitest'

import { parse } from '../filter/language/parse-query.ts'
import { print } from '../filter/language/print.ts'
import { ALL, type Expression } from '../filter/tree/expression.ts'
import type { Facet } from '../state/client/facets.ts'
import { readSearch, savedEntries, typedQuery, valueEntries } from './palette-search.ts'

function queryOf(text: string): Expression {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(`${text} is no query`)
  return parsed.expression
}

const NAMESPACES: Facet = {
  field: 'ns',
  values: [{ value: 'backend', records: 1200, denied: 3 }],
  distinct: 1,
  records: 1200,
  denied: 3,
}

describe('the palette’s text', () => {
  test.each([
    ['backend', { does: 'only', text: 'backend' }],
    ['only backend', { does: 'only', text: 'backend' }],
    ['without backend', { does: 'without', text: 'backend' }],
    ['NOT  backend ', { does: 'without', text: 'backend' }],
    ['only', { does: 'only', text: 'only' }],
    ['', { does: 'only', text: '' }],
  ])('"%s"', (typed, search) => {
    expect(readSearch(typed)).toEqual(search)
  })
})

describe('a value', () => {
  test('becomes the only one of its field, and leaves the other clauses', () => {
    const [entry] = valueEntries(readSearch('only back'), queryOf('ns = db and port = 80'), NAMESPACES, [])
    expect(entry?.title).toBe('Only namespace backend')
    expect(entry?.detail).toBe('1,200 records')
    expect(print(entry?.filter ?? ALL)).toBe('port = 80 and ns = backend')
  })

  test('is filtered out', () => {
    const [entry] = valueEntries(readSearch('without back'), queryOf('port = 80'), NAMESPACES, [])
    expect(entry?.title).toBe('Without namespace backend')
    expect(print(entry?.filter ?? ALL)).toBe('port = 80 and ns != backend')
  })

  test('that only Goldmane names follows those held, once, and only if it contains the text', () => {
    const hints = ['backend', 'backup', 'backup', 'db', '']
    const entries = valueEntries(readSearch('back'), ALL, NAMESPACES, hints)
    expect(entries.map(({ title, detail }) => `${title}: ${detail}`)).toEqual([
      'Only namespace backend: 1,200 records',
      'Only namespace backup: in the last hour, not held',
    ])
  })

  test('is one of five at most', () => {
    const hints = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']
    expect(valueEntries(readSearch('a'), ALL, NAMESPACES, hints)).toHaveLength(5)
  })
})

describe('a saved query', () => {
  test('is found by its name, and not when it cannot be read', () => {
    const saved = [
      { name: 'Denied at backend', text: 'action = deny and dst.ns = backend' },
      { name: 'Denied by a field that is gone', text: 'gone = 1' },
      { name: 'Noise', text: 'port = 53' },
    ]
    const found = savedEntries(readSearch('denied'), saved)
    expect(found.map(({ title }) => title)).toEqual(['Denied at backend'])
  })
})

describe('a text', () => {
  test.each([
    ['dst.ns = backend', 'dst.ns = backend'],
    ['dst.ns backend', 'dst.ns = backend'],
    ['action is deny', 'action = Deny'],
  ])('%s is the query %s', (typed, query) => {
    expect(typedQuery(typed).map(({ detail }) => detail)).toEqual([query])
  })

  test.each(['', 'backend', 'not backend', 'port =', 'go to flows'])('"%s" is none', (typed) => {
    expect(typedQuery(typed)).toEqual([])
  })
})
