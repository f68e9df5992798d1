import type { Expression } from '../../filter/tree/expression.ts'
import { sameExpression } from '../../filter/tree/normalise.ts'

/** The most queries that are kept in each direction. The oldest are dropped. */
const MAX_STEPS = 50

/**
 * Undo and redo of the applied query, whatever changed it: the text, a chip, a facet, the table. Unlike the browser's
 * history it knows the query alone, so that going back leaves the time range and the open row as they are.
 */
export class FilterTrail {
  #before: readonly Expression[] = []
  #after: readonly Expression[] = []
  #current: Expression

  constructor(current: Expression) {
    this.#current = current
  }

  /** Records the query that is applied now. What was undone before it can no longer be redone. */
  visit(filter: Expression): void {
    if (sameExpression(filter, this.#current)) return
    this.#before = [...this.#before, this.#current].slice(-MAX_STEPS)
    this.#after = []
    this.#current = filter
  }

  /** Goes back to the query before, and returns it; null when there is none. */
  back(): Expression | null {
    const filter = this.#before.at(-1)
    if (filter === undefined) return null
    this.#before = this.#before.slice(0, -1)
    this.#after = [...this.#after, this.#current]
    this.#current = filter
    return filter
  }

  /** Goes forward again, and returns the query; null when nothing was undone. */
  forward(): Expression | null {
    const filter = this.#after.at(-1)
    if (filter === undefined) return null
    this.#after = this.#after.slice(0, -1)
    this.#before = [...this.#before, this.#current]
    this.#current = filter
    return filter
  }
}
