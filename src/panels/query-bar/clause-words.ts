/** The clauses of a query in words, as the chips show them, and where each stands in the query's text. */
import { unreachable } from '../../lib/assert.ts'
import { clausesOf } from '../../filter/tree/clauses.ts'
import type { Comparison, Expression, Operator } from '../../filter/tree/expression.ts'
import { print, printField } from '../../filter/language/print.ts'

/** The parts of a chip. A clause that is not one comparison has its text as `value`, and the others are empty. */
export interface ClauseWords {
  readonly field: string
  readonly operator: string
  readonly value: string
}

function operatorWords(operator: Operator, several: boolean): string {
  switch (operator) {
    case '=':
      return several ? 'in' : 'is'
    case '!=':
      return several ? 'not in' : 'is not'
    case '~':
      return 'contains'
    case '!~':
      return 'does not contain'
    case '<':
    case '<=':
    case '>':
    case '>=':
      return operator
    default:
      return unreachable(operator, 'operator')
  }
}

/** The values as they are printed, without the parentheses of a list. */
function printedValues(comparison: Comparison): string {
  const start = `${printField(comparison)} ${comparison.operator} `
  const printed = print(comparison).slice(start.length)
  return printed.startsWith('(') ? printed.slice(1, -1) : printed
}

/** A clause in words: `src.ns` `is not` `calico-system`. */
export function clauseWords(clause: Expression): ClauseWords {
  if (clause.kind !== 'compare') return { field: '', operator: '', value: print(clause) }
  return {
    field: printField(clause),
    operator: operatorWords(clause.operator, clause.values.length > 1),
    value: printedValues(clause),
  }
}

/** The words of a clause as one text: the name of its chip. */
export function clauseTitle(clause: Expression): string {
  const { field, operator, value } = clauseWords(clause)
  return field === '' ? value : `${field} ${operator} ${value}`
}

export interface PlacedClause {
  readonly clause: Expression
  /** Its characters [from, to) in the printed query. */
  readonly from: number
  readonly to: number
}

const AND = ' and '

/** The clauses of a query, with their places in its printed text. */
export function placedClauses(filter: Expression): readonly PlacedClause[] {
  const clauses = clausesOf(filter)
  let from = 0
  return clauses.map((clause) => {
    // Within an `and` the printer puts an `or` in parentheses.
    const text = clause.kind === 'or' && clauses.length > 1 ? `(${print(clause)})` : print(clause)
    const placed = { clause, from, to: from + text.length }
    from = placed.to + AND.length
    return placed
  })
}
