import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { anyExpression } from '../testing/arbitrary-queries.ts'
import { normalise } from '../tree/normalise.ts'
import { analyse, parse } from './parse-query.ts'
import { print } from './print.ts'
import { MAX_NESTING, MAX_QUERY_CHARS } from './token-reader.ts'

/** Made of what means something, which random letters rarely hit. */
const fragment = fc.oneof(
  fc.constantFrom(
    'and',
    'or',
    'not',
    'in',
    '(',
    ')',
    ',',
    '=',
    '!=',
    '~',
    '<',
    ':',
    '-',
    '!',
    '"',
    "'",
    '*',
    ' ',
  ),
  fc.constantFrom(
    'src.ns',
    'port',
    'bytes',
    'pending',
    'src.label.app',
    'label.',
    'nowhere',
    '80',
    '5m',
    'a*b',
  ),
  fc.constantFrom('enforced', '\\', '\\ ', '\\*'),
)
const query = fc.oneof(
  fc.array(fragment, { maxLength: 20 }).map((parts) => parts.join(' ')),
  fc.string(),
)

describe('parse', () => {
  test('takes any text: a query, or errors inside the text and a query of the rest that can be printed', () => {
    fc.assert(
      fc.property(query, (text) => {
        const parsed = parse(text)
        if (parsed.ok) {
          expect(parse(print(parsed.expression))).toEqual(parsed)
          return
        }
        expect(parsed.errors.length).toBeGreaterThan(0)
        for (const { from, to, message } of parsed.errors) {
          expect(from).toBeGreaterThanOrEqual(0)
          expect(to).toBeGreaterThanOrEqual(from)
          expect(to).toBeLessThanOrEqual(text.length)
          expect(message).toMatch(/^.+\.$/s)
        }
        expect(parse(print(parsed.partial))).toEqual({ ok: true, expression: parsed.partial })
      }),
      { numRuns: 2000 },
    )
  })

  test('reads back what is printed', () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        expect(parse(print(expression))).toEqual({ ok: true, expression: normalise(expression) })
      }),
      { numRuns: 2000 },
    )
  })

  test('gives every token one span, in order', () => {
    fc.assert(
      fc.property(query, (text) => {
        let at = 0
        for (const { from, to } of analyse(text).spans) {
          expect(text.slice(at, from).trim()).toBe('')
          expect(to).toBeGreaterThan(from)
          at = to
        }
        expect(text.slice(at).trim()).toBe('')
      }),
    )
  })

  test.each(['(', 'not ', '-', '!', 'a or (', '((not '])(
    'stops at a depth, however deep %j is repeated',
    (part) => {
      const parsed = parse(part.repeat(1000))
      expect(parsed.ok ? [] : parsed.errors.map(({ message }) => message)).toContain(
        `A query is at most ${MAX_NESTING} parentheses deep.`,
      )
    },
  )

  test('refuses what is beyond its length, and reads the rest', () => {
    const parsed = parse(`action = deny${' '.repeat(MAX_QUERY_CHARS)}x`)
    expect(parsed).toMatchObject({
      ok: false,
      errors: [{ from: MAX_QUERY_CHARS, to: MAX_QUERY_CHARS + 14 }],
      partial: { field: 'action' },
    })
  })
})
