/** Whether a query asks for a kind of field: counters and age belong to rows, everything else to keys. */
import { type Field, fieldOf } from '../../flows/field.ts'
import { unreachable } from '../../lib/assert.ts'
import type { Expression } from './expression.ts'

/** Whether any comparison in the expression is about a field of one of these types. */
export function asksFor(expression: Expression, ...types: readonly Field['type'][]): boolean {
  switch (expression.kind) {
    case 'all':
    case 'word':
      return false
    case 'and':
    case 'or':
      return expression.terms.some((term) => asksFor(term, ...types))
    case 'not':
      return asksFor(expression.term, ...types)
    case 'compare':
      return types.includes(fieldOf(expression.field).type)
    default:
      return unreachable(expression, 'expression')
  }
}

/** Whether any part of it asks for counters or age, which belong to rows and not to keys. */
export function isMeasured(expression: Expression): boolean {
  return asksFor(expression, 'measure', 'age')
}
