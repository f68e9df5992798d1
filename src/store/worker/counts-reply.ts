/**
 * Schedules the counts of a view (its facets and its histogram) in a task after the one that posts its rows, so that the
 * page draws the rows meanwhile; and only where the counts may differ from those that were posted last.
 */
export class CountsReply {
  #timer: ReturnType<typeof setTimeout> | null = null
  /** What the counts that were posted last depend on; null where none were posted. */
  #posted: readonly unknown[] | null = null

  /**
   * Calls `post` in a later task, in place of a call that still waits. `dependencies`: all that the counts depend on, as
   * primitive values, or objects that are replaced when they change.
   */
  schedule(dependencies: readonly unknown[], post: () => void): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#posted !== null && areSame(dependencies, this.#posted)) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#posted = dependencies
      post()
    })
  }

  /** Forgets what was posted: another source is opened, or the page goes away. */
  reset(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#posted = null
  }
}

function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}
