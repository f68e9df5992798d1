/**
 * Bucket sort for windows: gives any window of a sorted order without sorting all items. Every item is put into one of
 * 16,384 bins by its value, once; a window is then gathered from the few bins that it overlaps, and only their items are
 * sorted. Scrolling anywhere in a million rows costs one pass over two bytes a row.
 */

/** Gives each item a number. */
export type Level = (item: number) => number

/** Numbers of items, compared one after the other; items that are equal in all keep the order of their own numbers. */
export type Levels = readonly Level[]

const BIN_COUNT = 1 << 14
/** The bin of items that are not in the order. */
const NO_BIN = 0xffff
/** Up to so many items a comparison sort is as fast. */
const MAX_COMPARISON_SORT_ITEMS = 1024
/** Where the fullest bin has more than this share of the items, the logarithmic scale is tried. */
const MAX_BIN_SHARE = 0.25

const float64 = new Float64Array(1)
const words = new Uint32Array(float64.buffer)
/** The index of the upper 32 bits, which depends on the byte order of the machine. */
const UPPER = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0

/**
 * A monotonic stand-in for the logarithm of a number from 0: the upper 32 bits of its float64, exponent first. Far cheaper
 * than `Math.log`.
 */
function logarithmic(value: number): number {
  float64[0] = value
  return words[UPPER]!
}

interface Binned {
  /** By item. */
  readonly bins: Uint16Array
  /** The number of items by bin. */
  readonly counts: Uint32Array
  /** The number of items in the fullest bin, and in all of them. */
  readonly fullest: number
  readonly total: number
}

interface Extent {
  readonly min: number
  readonly max: number
}

/** Maps values to bins, linearly or by their logarithm, which spreads out values of which a few are very large. */
interface Scale {
  readonly log: boolean
  readonly min: number
  readonly factor: number
}

function scaleOf({ min, max }: Extent, log: boolean): Scale {
  const width = log ? logarithmic(max - min) : max - min
  return { log, min, factor: width > 0 ? (BIN_COUNT - 1) / width : 0 }
}

function binOf(value: number, { log, min, factor }: Scale): number {
  return ((log ? logarithmic(value - min) : value - min) * factor) | 0
}

/**
 * Buffers that one order after another uses: the page faults of newly allocated memory would take as long as the sorting.
 * They grow, and are given out with any contents.
 */
export class SortBuffers {
  #values = new Float64Array(0)
  #sliceValues = new Float64Array(0)
  #bins = [new Uint16Array(0), new Uint16Array(0)]

  /** A value for each item. */
  values(count: number): Float64Array {
    if (this.#values.length < count) this.#values = new Float64Array(Math.ceil(count * 1.25))
    return this.#values.subarray(0, count)
  }

  /** A value for each row of one slice; does not overlap with {@link values}. */
  sliceValues(count: number): Float64Array {
    if (this.#sliceValues.length < count) this.#sliceValues = new Float64Array(count)
    return this.#sliceValues.subarray(0, count)
  }

  /** A bin for each item; there are two such buffers. */
  bins(which: 0 | 1, count: number): Uint16Array {
    let bins = this.#bins[which] ?? new Uint16Array(0)
    if (bins.length < count) bins = new Uint16Array(Math.ceil(count * 1.25))
    this.#bins[which] = bins
    return bins.subarray(0, count)
  }
}

/** The items that have a value, ascending by value (or descending, by `sign`), then ascending by `ties` and number. */
export class BucketOrder {
  readonly total: number
  readonly #values: Float64Array
  readonly #sign: 1 | -1
  readonly #levels: Levels
  readonly #bins: Uint16Array
  readonly #counts: Uint32Array

  /** `values` by item, NaN for an item that is not in the order. Valid until the buffers are used for another order. */
  constructor(values: Float64Array, sign: 1 | -1, ties: Levels, buffers: SortBuffers) {
    this.#values = values
    this.#sign = sign
    this.#levels = [(item) => sign * values[item]!, ...ties]
    const extent = extentOfAll(values, sign)
    const linear = this.#binAll(scaleOf(extent, false), buffers.bins(0, values.length))
    this.total = linear.total
    let chosen = linear
    if (linear.fullest > linear.total * MAX_BIN_SHARE) {
      const log = this.#binAll(scaleOf(extent, true), buffers.bins(1, values.length))
      if (log.fullest < linear.fullest) chosen = log
    }
    this.#bins = chosen.bins
    this.#counts = chosen.counts
  }

  /** The items with indices `from` to `to`, `to` excluded. */
  window(from: number, to: number): Uint32Array {
    if (from >= to) return new Uint32Array(0)
    const { first, last, before, inside } = binsOfWindow(this.#counts, from, to)
    return orderedWindow(this.#gather(first, last, inside), this.#levels, from - before, to - before)
  }

  /** The index of an item that is in the order. */
  indexOf(item: number): number {
    const bin = this.#bins[item]!
    let index = 0
    for (let i = 0; i < bin; i++) index += this.#counts[i]!
    for (const other of this.#gather(bin, bin, this.#counts[bin]!)) {
      if (compare(this.#levels, other, item) < 0) index++
    }
    return index
  }

  /** Puts every item into its bin first and counts the bins after: one loop for both is slower than two. */
  #binAll({ log, min, factor }: Scale, bins: Uint16Array): Binned {
    const values = this.#values
    const sign = this.#sign
    // NaN is not >= anything. Two loops, because testing `log` in each turn costs as much as the turn.
    if (log) {
      for (let item = 0; item < values.length; item++) {
        const value = sign * values[item]!
        bins[item] = value >= min ? (logarithmic(value - min) * factor) | 0 : NO_BIN
      }
    } else {
      for (let item = 0; item < values.length; item++) {
        const value = sign * values[item]!
        bins[item] = value >= min ? ((value - min) * factor) | 0 : NO_BIN
      }
    }
    const allCounts = new Uint32Array(NO_BIN + 1)
    for (let item = 0; item < bins.length; item++) allCounts[bins[item]!]!++
    const counts = allCounts.subarray(0, BIN_COUNT)
    let fullest = 0
    let total = 0
    for (const count of counts) {
      fullest = Math.max(fullest, count)
      total += count
    }
    return { bins, counts, fullest, total }
  }

  /** The items of some bins, in the order of their numbers; `count` is how many there are. */
  #gather(first: number, last: number, count: number): Uint32Array {
    const bins = this.#bins
    const items = new Uint32Array(count)
    let at = 0
    for (let item = 0; item < bins.length; item++) {
      const bin = bins[item]!
      if (bin >= first && bin <= last) items[at++] = item
    }
    return items
  }
}

/** Which bins a window of the order overlaps. */
interface WindowBins {
  readonly first: number
  readonly last: number
  /** The number of items in the bins before `first`, and in those from `first` to `last`. */
  readonly before: number
  readonly inside: number
}

function binsOfWindow(counts: Uint32Array, from: number, to: number): WindowBins {
  let before = 0
  let first = 0
  while (before + counts[first]! <= from) before += counts[first++]!
  let inside = counts[first]!
  let last = first
  while (before + inside < to && last + 1 < BIN_COUNT) inside += counts[++last]!
  return { first, last, before, inside }
}

/** Negative when item `a` comes before `b`. */
export function compare(levels: Levels, a: number, b: number): number {
  for (const level of levels) {
    const difference = level(a) - level(b)
    if (difference !== 0) return difference
  }
  return a - b
}

/** The items with indices `from` to `to` in ascending order. `items` are given in the order of their numbers. */
function orderedWindow(items: Uint32Array, levels: Levels, from: number, to: number): Uint32Array {
  const [level, ...rest] = levels
  if (level === undefined) return items.slice(from, to)
  if (items.length <= MAX_COMPARISON_SORT_ITEMS)
    return items.sort((a, b) => compare(levels, a, b)).slice(from, to)
  const extent = extentOf(items, level)
  if (extent.min === extent.max) return orderedWindow(items, rest, from, to)
  const scale = scaleOf(extent, false)
  const counts = new Uint32Array(BIN_COUNT)
  for (const item of items) counts[binOf(level(item), scale)]!++
  const { first, last, before, inside } = binsOfWindow(counts, from, to)
  // When the bins hold all items, as with one very large value, recursion would not end.
  if (inside === items.length) return items.sort((a, b) => compare(levels, a, b)).slice(from, to)
  const part = new Uint32Array(inside)
  let at = 0
  for (const item of items) {
    const bin = binOf(level(item), scale)
    if (bin >= first && bin <= last) part[at++] = item
  }
  return orderedWindow(part, levels, from - before, to - before)
}

/** The extent of `sign` times the values. */
function extentOfAll(values: Float64Array, sign: 1 | -1): Extent {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let item = 0; item < values.length; item++) {
    const value = values[item]!
    if (value < min) min = value
    if (value > max) max = value
  }
  return sign > 0 ? { min, max } : { min: -max, max: -min }
}

function extentOf(items: Uint32Array, level: Level): Extent {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const item of items) {
    const value = level(item)
    if (value < min) min = value
    if (value > max) max = value
  }
  return { min, max }
}
