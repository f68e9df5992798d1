import { expect, test } from 'vitest'

import { parse } from '../language/parse-query.ts'
import { asksForDenials } from './asks-for.ts'

function asked(text: string): boolean {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(text)
  return asksForDenials(parsed.expression)
}

test.each(['action = deny', 'verdict = denied-leaving', 'dst.ns = backend and action = Deny'])(
  '%s asks for denials',
  (text) => expect(asked(text)).toBe(true),
)

test.each([
  '',
  'action = allow',
  'action in (Allow, Deny)',
  'action != deny',
  'pending = deny',
  'not action = deny',
])('"%s" does not', (text) => expect(asked(text)).toBe(false))
