/** Why a query matches nothing, or less than expected: the query is counted with each of its clauses left out. */
import { clausesOf, withAll } from './clauses.ts'
import type { Expression } from './expression.ts'

export interface ClauseEffect {
  readonly clause: Expression
  /** How many match without this clause. */
  readonly without: number
  /** How many match this clause alone. When it is 0, removing other clauses does not help. */
  readonly alone: number
}

export interface ClauseEffects {
  /** How many match the whole query. */
  readonly matching: number
  /** One for each clause, sorted by how many match without it, most first. */
  readonly clauses: readonly ClauseEffect[]
}

/** The effect of each clause of a query. `count` is called twice for each clause and once for the whole query. */
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
