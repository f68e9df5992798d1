import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { parse } from '../../filter/language/parse-query.ts'
import { print } from '../../filter/language/print.ts'
import { anyExpression } from '../../filter/testing/arbitrary-queries.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { clauseTitle, placedClauses } from './clause-words.ts'

function queryOf(text: string): Expression {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(`${text} is no query`)
  return parsed.expression
}

describe('a chip', () => {
  test.each([
    ['proto = (tcp, icmp)', 'proto in tcp, icmp'],
    ['src.ns != calico-system', 'src.ns is not calico-system'],
    ['dst.ns != (a, b)', 'dst.ns not in a, b'],
    ['dst.ns = none', 'dst.ns is none'],
    ['policy ~ dns', 'policy contains dns'],
    ['bytes >= 1MB', 'bytes >= 1MB'],
    ['src.label.app = "a b"', 'src.label.app is "a b"'],
    ['dst.ns = a or action = deny', 'dst.ns = a or action = Deny'],
    ['backend', 'backend'],
  ])('says %s as "%s"', (text, words) => {
    expect(clauseTitle(queryOf(text))).toBe(words)
  })
})

test('each clause stands in the printed query where it is said to', () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      const text = print(expression)
      for (const { clause, from, to } of placedClauses(expression)) {
        const written = text.slice(from, to)
        expect(print(queryOf(written))).toBe(print(clause))
      }
    }),
  )
})
