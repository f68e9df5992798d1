/** Remembers ids that were seen lately, in bounded memory. */

/** How many ids a generation holds. Two of them, with the 36 characters of a uuid each, take about 15 MB. */
const MAX_GENERATION_IDS = 65_536

/**
 * A set of the latest ids, in two generations: when the young one is full, the old one is forgotten. So at least the
 * last {@link MAX_GENERATION_IDS} ids are known. Repetitions stand close together: they come from exporters that overlap.
 */
export class RecentIds {
  #young = new Set<string>()
  #old: ReadonlySet<string> = new Set()
  readonly #max: number

  constructor(max = MAX_GENERATION_IDS) {
    this.#max = max
  }

  /** Adds an id. False when it was known already. */
  add(id: string): boolean {
    if (this.#young.has(id) || this.#old.has(id)) return false
    this.#young.add(id)
    if (this.#young.size >= this.#max) {
      this.#old = this.#young
      this.#young = new Set()
    }
    return true
  }
}
