/**
 * Top-k selection without sorting: one pass over the values finds the first k items of a sorted order. A buffer of 2k
 * candidates is sorted and cut to k whenever it is full; a value behind the k-th one so far costs one comparison.
 */
import { compare, type Level, type Levels } from './bucket-sort.ts'

export class TopK {
  readonly k: number
  /** How many candidates were buffered. Where they are many, the values come in an order that makes this slow. */
  accepted = 0
  readonly #descending: boolean
  /** The first of the ties decides most often, and is kept apart. */
  readonly #firstTie: Level
  readonly #laterTies: Levels
  /** The candidates, in any order. */
  readonly #values: Float64Array
  readonly #items: Uint32Array
  #candidates = 0
  /** The value of the k-th item so far: whatever comes after it is not among the first k. */
  #threshold: number
  /** The first tie of that item. */
  #thresholdTie = 0
  readonly #tiesDescending: boolean

  /**
   * Among equal values `ties` decide, then the items' numbers; both ascend or descend apart from the values. For a
   * descending order the last items are looked at first, because the newest rows are the last ones.
   */
  constructor(k: number, descending: boolean, ties: Levels, tiesDescending = descending) {
    this.k = k
    this.#descending = descending
    const [firstTie = () => 0, ...laterTies] = ties
    this.#firstTie = firstTie
    this.#laterTies = laterTies
    this.#tiesDescending = tiesDescending
    this.#values = new Float64Array(k * 2)
    this.#items = new Uint32Array(k * 2)
    this.#threshold = descending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }

  /** Whether no value up to `upperBound` can be among the first k any more: a chunk of such values can be skipped. */
  excludesUpTo(upperBound: number): boolean {
    return this.#descending && upperBound < this.#threshold
  }

  /** Offers the items from number `base` on, with their values. An item whose value is NaN is not in the order. */
  offer(values: Float64Array, base: number): void {
    // Two loops, because testing the direction in each turn costs as much as the turn.
    if (this.#descending) {
      for (let i = values.length - 1; i >= 0; i--)
        if (values[i]! >= this.#threshold) this.#accept(values[i]!, base + i)
    } else {
      for (let i = 0; i < values.length; i++)
        if (values[i]! <= this.#threshold) this.#accept(values[i]!, base + i)
    }
  }

  /** Offers single items with their values. */
  offerItems(values: Float64Array, items: Uint32Array): void {
    for (let i = 0; i < items.length; i++) {
      const value = values[i]!
      if (this.#descending ? value >= this.#threshold : value <= this.#threshold)
        this.#accept(value, items[i]!)
    }
  }

  /** The first items in order, at most k. */
  items(): Uint32Array {
    this.#prune()
    return this.#items.slice(0, Math.min(this.k, this.#candidates))
  }

  #accept(value: number, item: number): void {
    const { k } = this
    const count = this.#candidates
    if (count >= k && value === this.#threshold && this.#isBehindTies(item)) return
    this.#values[count] = value
    this.#items[count] = item
    this.#candidates++
    this.accepted++
    if (this.#candidates === k * 2) this.#prune()
  }

  /** Whether an item of the threshold's value comes behind the k-th item so far. */
  #isBehindTies(item: number): boolean {
    const difference = this.#firstTie(item) - this.#thresholdTie
    if (difference !== 0) return this.#tiesDescending ? difference < 0 : difference > 0
    return this.#compareLater(item, this.#items[this.k - 1]!) > 0
  }

  #compareLater(a: number, b: number): number {
    return this.#tiesDescending ? compare(this.#laterTies, b, a) : compare(this.#laterTies, a, b)
  }

  /** Sorts the candidates and drops all but the first k. */
  #prune(): void {
    const { k } = this
    const values = this.#values
    const items = this.#items
    const sign = this.#descending ? -1 : 1
    const tieSign = this.#tiesDescending ? -1 : 1
    const order = Uint32Array.from({ length: this.#candidates }, (_, index) => index)
    // The first ties are read once, and not in each comparison.
    const firstTies = Float64Array.from(order, (index) => this.#firstTie(items[index]!))
    order.sort(
      (a, b) =>
        sign * (values[a]! - values[b]!) ||
        tieSign * (firstTies[a]! - firstTies[b]!) ||
        this.#compareLater(items[a]!, items[b]!),
    )
    const kept = order.subarray(0, k)
    const keptValues = Float64Array.from(kept, (index) => values[index]!)
    const keptItems = Uint32Array.from(kept, (index) => items[index]!)
    values.set(keptValues)
    items.set(keptItems)
    this.#candidates = kept.length
    if (this.#candidates !== k) return
    this.#threshold = values[k - 1]!
    this.#thresholdTie = this.#firstTie(items[k - 1]!)
  }
}
