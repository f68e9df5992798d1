/**
 * A scope is a query that is asked of each 15 s record as it arrives: what does not match is neither held nor, where
 * Goldmane can tell, sent. A filter is asked of what is held, again and again; a scope once.
 */
import type { Field } from '../flows/field.ts'
import { fieldOf } from '../flows/field.ts'
import { unreachable } from '../lib/assert.ts'
import type { Expression } from './expression.ts'
import { type Parsed, parse } from './parse.ts'

/** Whether any part of it asks for a field of that type. */
export function asksFor(expression: Expression, type: Field['type']): boolean {
  switch (expression.kind) {
    case 'all':
    case 'word':
      return false
    case 'and':
    case 'or':
      return expression.terms.some((term) => asksFor(term, type))
    case 'not':
      return asksFor(expression.term, type)
    case 'compare':
      return fieldOf(expression.field).type === type
    default:
      return unreachable(expression, 'expression')
  }
}

/** Text to a scope. As `parse`; age is refused, because whatever has just arrived is new. */
export function parseScope(text: string): Parsed {
  const parsed = parse(text)
  if (!parsed.ok || !asksFor(parsed.expression, 'age')) return parsed
  const message =
    'A scope cannot ask for seen, because whatever has just arrived is new: ask for it in the filter.'
  return { ok: false, errors: [{ from: 0, to: text.length, message }], partial: parsed.expression }
}
