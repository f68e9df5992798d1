/** Why a query finds nothing, or less than expected: what each of its clauses takes away. */
import { clausesOf, withAll } from './clauses.ts'
import type { Expression } from './expression.ts'

export interface ClauseEffect {
  readonly clause: Expression
  /** How many match without this clause. */
  readonly without: number
  /** How many match this clause alone. When it is 0, leaving out the others does not help. */
  readonly alone: number
}

export interface ClauseEffects {
  /** How many match the whole query. */
  readonly matching: number
  /** One a clause, those first whose removal brings back most. */
  readonly clauses: readonly ClauseEffect[]
}

/** `count` says how many match a query; it is asked twice a clause, and once for the whole. */
export function clauseEffectsOf(expression: Expression, count: (query: Expression) => number): ClauseEffects {
  const clauses = clausesOf(expression)
  return {
    matching: count(withAll(clauses)),
    clauses: clauses
      .map((clause, i) => ({
        clause,
        without: count(withAll(clauses.toSpliced(i, 1))),
        alone: count(clause),
      }))
      .toSorted((a, b) => b.without - a.without),
  }
}
