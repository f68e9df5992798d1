/**
 * The first items of a sorted list, in one pass over the values and without sorting the rest: what is not better than
 * the worst of those found so far costs one comparison.
 */
import { compare, type Levels } from './bucket-sort.ts'

export class Top {
  readonly size: number
  /** How many items were taken in. Many of them mean that the values come in an order that makes this slow. */
  taken = 0
  readonly #descending: boolean
  readonly #ties: Levels
  /** Values and items that may be among the first, in any order. */
  readonly #values: Float64Array
  readonly #items: Uint32Array
  #used = 0
  /** The value of the last one of the first items; an item that is worse is not among them. */
  #threshold: number

  /**
   * `size`: how many to find. Descending is the ascending order read backwards. `ties` decide among equal values, then
   * the items' numbers.
   */
  constructor(size: number, descending: boolean, ties: Levels) {
    this.size = size
    this.#descending = descending
    this.#ties = ties
    this.#values = new Float64Array(size * 2)
    this.#items = new Uint32Array(size * 2)
    this.#threshold = descending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }

  /** Whether no value up to `most` can be among the first any more. */
  isAbove(most: number): boolean {
    return this.#descending && most < this.#threshold
  }

  /** Looks at the values of the items from number `base` on; NaN is not in the list. */
  offer(values: Float64Array, base: number): void {
    // The order in which the list has them: what is met later is seldom better.
    if (this.#descending) {
      for (let i = values.length - 1; i >= 0; i--)
        if (values[i]! >= this.#threshold) this.#take(values[i]!, base + i)
    } else {
      for (let i = 0; i < values.length; i++)
        if (values[i]! <= this.#threshold) this.#take(values[i]!, base + i)
    }
  }

  /** Looks at single items with their values. */
  offerItems(values: Float64Array, items: Uint32Array): void {
    for (let i = 0; i < items.length; i++) {
      const value = values[i]!
      if (this.#descending ? value >= this.#threshold : value <= this.#threshold) this.#take(value, items[i]!)
    }
  }

  /** The first items in the order of the list, at most `size`. */
  found(): Uint32Array {
    this.#sort()
    return this.#items.slice(0, Math.min(this.size, this.#used))
  }

  #take(value: number, item: number): void {
    const { size } = this
    const used = this.#used
    if (used >= size && value === this.#threshold && !this.#isBefore(value, item, size - 1)) return
    this.#values[used] = value
    this.#items[used] = item
    this.#used++
    this.taken++
    if (this.#used === size * 2) this.#sort()
  }

  /** Whether an item comes before the one at a place. */
  #isBefore(value: number, item: number, place: number): boolean {
    const difference = value - this.#values[place]! || compare(this.#ties, item, this.#items[place]!)
    return this.#descending ? difference > 0 : difference < 0
  }

  #sort(): void {
    const { size } = this
    const values = this.#values
    const items = this.#items
    const ties = this.#ties
    const descending = this.#descending
    const used = this.#used
    const order = Uint32Array.from({ length: used }, (_, place) => place)
    order.sort((a, b) => {
      const difference = values[a]! - values[b]! || compare(ties, items[a]!, items[b]!)
      return descending ? -difference : difference
    })
    const kept = order.subarray(0, size)
    const keptValues = Float64Array.from(kept, (place) => values[place]!)
    const keptItems = Uint32Array.from(kept, (place) => items[place]!)
    values.set(keptValues)
    items.set(keptItems)
    this.#used = kept.length
    if (this.#used === size) this.#threshold = values[size - 1]!
  }
}
