/**
 * Top-k selection without sorting: one pass over the values finds the first k items of a sorted order. A buffer of 2k
 * candidates is sorted and cut to k whenever it is full; a value behind the k-th one so far costs one comparison.
 */
import { compare, type Levels } from './bucket-sort.ts'

export class TopK {
  readonly k: number
  /** How many candidates were buffered. Where they are many, the values come in an order that makes this slow. */
  accepted = 0
  readonly #descending: boolean
  readonly #ties: Levels
  /** The candidates, in any order. */
  readonly #values: Float64Array
  readonly #items: Uint32Array
  /** The first tie of each candidate, which decides most ties. */
  readonly #firstTies: Float64Array
  #candidates = 0
  /** The value of the k-th item so far: whatever comes after it is not among the first k. */
  #threshold: number

  readonly #backwards: boolean

  /**
   * Among equal values `ties` decide, then the items' numbers. The descending order is the ascending one read backwards.
   * `backwards`: whether the last items are looked at first, which is fast when they are among the first of the order.
   */
  constructor(k: number, descending: boolean, ties: Levels, backwards = descending) {
    this.k = k
    this.#descending = descending
    this.#ties = ties
    this.#backwards = backwards
    this.#values = new Float64Array(k * 2)
    this.#items = new Uint32Array(k * 2)
    this.#firstTies = new Float64Array(k * 2)
    this.#threshold = descending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }

  /** Whether no value from `min` to `max` can be among the first k any more: a chunk of such values can be skipped. */
  excludes(min: number, max: number): boolean {
    return this.#descending ? max < this.#threshold : min > this.#threshold
  }

  /** Offers the items from number `base` on, with their values. An item whose value is NaN is not in the order. */
  offer(values: Float64Array, base: number): void {
    const step = this.#backwards ? -1 : 1
    const start = this.#backwards ? values.length - 1 : 0
    // Two loops, because testing the direction in each turn costs as much as the turn.
    if (this.#descending) {
      for (let i = start; i >= 0 && i < values.length; i += step)
        if (values[i]! >= this.#threshold) this.#accept(values[i]!, base + i)
    } else {
      for (let i = start; i >= 0 && i < values.length; i += step)
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
    const firstTie = this.#ties[0]?.(item) ?? 0
    if (count >= k && value === this.#threshold && !this.#isBefore(value, firstTie, item, k - 1)) return
    this.#values[count] = value
    this.#items[count] = item
    this.#firstTies[count] = firstTie
    this.#candidates++
    this.accepted++
    if (this.#candidates === k * 2) this.#prune()
  }

  /** Whether an item comes before the candidate at an index. */
  #isBefore(value: number, firstTie: number, item: number, index: number): boolean {
    const difference =
      value - this.#values[index]! ||
      firstTie - this.#firstTies[index]! ||
      compare(this.#ties, item, this.#items[index]!)
    return this.#descending ? difference > 0 : difference < 0
  }

  /** Sorts the candidates and drops all but the first k. */
  #prune(): void {
    const { k } = this
    const values = this.#values
    const items = this.#items
    const ties = this.#ties
    const firstTies = this.#firstTies
    const descending = this.#descending
    const order = Uint32Array.from({ length: this.#candidates }, (_, index) => index)
    order.sort((a, b) => {
      const difference =
        values[a]! - values[b]! || firstTies[a]! - firstTies[b]! || compare(ties, items[a]!, items[b]!)
      return descending ? -difference : difference
    })
    const kept = order.subarray(0, k)
    const keptValues = Float64Array.from(kept, (index) => values[index]!)
    const keptItems = Uint32Array.from(kept, (index) => items[index]!)
    const keptTies = Float64Array.from(kept, (index) => firstTies[index]!)
    values.set(keptValues)
    items.set(keptItems)
    firstTies.set(keptTies)
    this.#candidates = kept.length
    if (this.#candidates === k) this.#threshold = values[k - 1]!
  }
}
