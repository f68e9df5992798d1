import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { FIELDS } from '../../flows/field.ts'
import { analyse, isUnfinished, parse } from './parse-query.ts'
import { print } from './print.ts'

/** The text after every suggestion was taken, first error first; null where an error has none. */
function repaired(text: string): string | null {
  let left = text
  for (let steps = 0; steps < 20; steps++) {
    const [first] = analyse(left).errors
    if (first === undefined) return left
    if (first.suggestion === undefined) return null
    left = left.slice(0, first.from) + first.suggestion + left.slice(first.to)
  }
  return null
}

function meant(text: string): string | null {
  const query = repaired(text)
  const parsed = query === null ? null : parse(query)
  return parsed?.ok === true ? print(parsed.expression) : null
}

const word = fc.constantFrom(
  'from',
  'to',
  'a',
  'default/test',
  'denied',
  'leaving',
  'tcp',
  '80',
  'udp/53',
  '→',
  'not',
  'and',
  'or',
  ...FIELDS.map(({ id, type }) => (type === 'label' ? `${id}.app` : id)),
)
const texts = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '))

describe('a text that reads like a condition', () => {
  test('is offered the query that is meant', () => {
    expect(meant('action deny')).toBe('action = Deny')
    expect(meant('dst.ns backend port 80')).toBe('dst.ns = backend and port = 80')
    expect(meant('source web destination api')).toBe('src.name = web and dst.name = api')
    expect(meant('from default/test to db')).toBe(
      'src.ns = default and src.name ~ test and (dst.ns = db or dst.name ~ db)',
    )
    expect(meant('not from a/b to c/d')).toBe(
      'not (src.ns = a and src.name ~ b and dst.ns = c and dst.name ~ d)',
    )
    expect(meant('denied leaving')).toBe(meant('verdict = denied-leaving'))
    expect(meant('port = 8000:8080')).toBe('port >= 8000 and port <= 8080')
  })

  test('is never silently a search for its words', () => {
    for (const { id, type } of FIELDS) {
      const field = type === 'label' ? `${id}.app` : id
      for (const text of [field, `${field} 5`, `not ${field} 5`, `x and ${field}`])
        expect(parse(text), text).toMatchObject({ ok: false })
    }
  })

  test('has suggestions inside the text that lead to a query, or an error without one', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const query = repaired(text)
        const parsed = parse(query ?? '')
        expect(parsed.ok).toBe(true)
        if (query === null) expect(parse(text).ok).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a text that only ends too early', () => {
  test.each([
    'action',
    'action =',
    'action is',
    'action is not',
    'action = d',
    'dst.ns',
    'dst.ns i',
    'dst.ns = "back',
    'port in (80',
    'port in (80,',
    'action = deny and',
    '(action = deny',
    'not',
  ])('is unfinished: %s', (text) => {
    const parsed = parse(text)
    expect(parsed.ok).toBe(false)
    expect(isUnfinished(analyse(text).errors)).toBe(true)
  })

  test.each([
    'action = x',
    'dst.ns backend',
    'actoin = deny',
    'action = d and port = 80',
    ')',
    'from a to b',
  ])('is not what is wrong with: %s', (text) => {
    expect(isUnfinished(analyse(text).errors)).toBe(false)
  })

  test('is none without an error', () => {
    expect(isUnfinished(analyse('action = deny').errors)).toBe(false)
  })
})
