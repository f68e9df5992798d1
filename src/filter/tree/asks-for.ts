/** What a query asks for: types of fields (counters and age belong to rows, all other fields to keys), and denials. */
import { type Field, fieldOf } from '../../flows/field.ts'
import { unreachable } from '../../lib/assert.ts'
import { valuesOf } from './clauses.ts'
import type { Expression } from './expression.ts'

/** Whether any comparison in the query is on a field of one of the types. A bare word is on texts and labels only. */
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

/** Whether the query can tell rows of one key apart, because it uses counters or age. */
export function isMeasured(expression: Expression): boolean {
  return asksFor(expression, 'measure', 'age')
}

/** Whether the query names denials, and nothing else of the verdict, as what the reader looks for. */
export function asksForDenials(expression: Expression): boolean {
  const { included } = valuesOf(expression, 'action')
  return included.length === 1 && included[0] === 'Deny'
}
