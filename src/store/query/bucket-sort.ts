/**
 * Windows of a sorted list without sorting it: every item is put into one of some thousand bins by its value, once;
 * a window is then gathered from the few bins that it lies in, and only those items are sorted. Scrolling anywhere in a
 * million rows costs one pass over two bytes each.
 */

/** Numbers by item, compared in turn; items that are equal in all stay in the order of their numbers. */
export type Levels = readonly (Float64Array | Uint32Array)[]

const BINS = 1 << 14
/** The bin of items that are not in the list. */
const OUT = 0xffff
/** Up to here a plain sort is as quick. */
const FEW = 1024
/** A list whose fullest bin has this share of it is tried with the other spread. */
const TOO_FULL = 0.25

const double = new Float64Array(1)
/** The upper half of that double, on any machine. */
const half = new Uint32Array(double.buffer)
const UPPER = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0

/** The upper half of a double: grows with it, and as its logarithm does. For numbers from 0. */
function logarithmic(value: number): number {
  double[0] = value
  return half[UPPER]!
}

interface Binned {
  readonly bins: Uint16Array
  /** By bin. */
  readonly counts: Uint32Array
  readonly fullest: number
  readonly total: number
}

interface Range {
  readonly least: number
  readonly most: number
}

/** From values to bins, evenly or by their logarithm, which evens out a few very large ones. */
interface Spread {
  readonly log: boolean
  readonly least: number
  readonly scale: number
}

function spreadOf({ least, most }: Range, log: boolean): Spread {
  const range = log ? logarithmic(most - least) : most - least
  return { log, least, scale: range > 0 ? (BINS - 1) / range : 0 }
}

function binOf(value: number, { log, least, scale }: Spread): number {
  return ((log ? logarithmic(value - least) : value - least) * scale) | 0
}

/** Memory for one order after another: touching fresh pages would take as long as the sorting. */
export class OrderBuffers {
  #doubles = new Float64Array(0)
  #parts = new Float64Array(0)
  #shorts = [new Uint16Array(0), new Uint16Array(0)]

  /** Room for a value for each item, with anything in it. */
  values(count: number): Float64Array {
    if (this.#doubles.length < count) this.#doubles = new Float64Array(Math.ceil(count * 1.25))
    return this.#doubles.subarray(0, count)
  }

  /** Room for the values of a part of the items, apart from the other one. */
  part(count: number): Float64Array {
    if (this.#parts.length < count) this.#parts = new Float64Array(count)
    return this.#parts.subarray(0, count)
  }

  /** Room for a bin for each item; there are two of them. */
  bins(which: 0 | 1, count: number): Uint16Array {
    let room = this.#shorts[which] ?? new Uint16Array(0)
    if (room.length < count) room = new Uint16Array(Math.ceil(count * 1.25))
    this.#shorts[which] = room
    return room.subarray(0, count)
  }
}

/** A list of the items that have a value, ascending by value, then by the other levels. */
export class Order {
  readonly total: number
  readonly #values: Float64Array
  readonly #levels: Levels
  readonly #bins: Uint16Array
  readonly #counts: Uint32Array

  /**
   * `values` by item, NaN for what is not in the list; `ties` decide among equal values. The order lives until the
   * buffers are used for another one.
   */
  constructor(values: Float64Array, ties: Levels, buffers: OrderBuffers) {
    this.#values = values
    this.#levels = [values, ...ties]
    const range = rangeOfAll(values)
    const even = this.#spread(spreadOf(range, false), buffers.bins(0, values.length))
    this.total = even.total
    let chosen = even
    if (even.fullest > even.total * TOO_FULL) {
      const logarithmically = this.#spread(spreadOf(range, true), buffers.bins(1, values.length))
      if (logarithmically.fullest < even.fullest) chosen = logarithmically
    }
    this.#bins = chosen.bins
    this.#counts = chosen.counts
  }

  /** The items at places `from` to `to`. */
  window(from: number, to: number): Uint32Array {
    if (from >= to) return new Uint32Array(0)
    const counts = this.#counts
    let before = 0
    let first = 0
    while (before + counts[first]! <= from) before += counts[first++]!
    let inside = counts[first]!
    let last = first
    while (before + inside < to && last + 1 < BINS) inside += counts[++last]!
    return orderedWindow(this.#gather(first, last, inside), this.#levels, from - before, to - before)
  }

  /** How many items come before one that is in the list. */
  placeOf(item: number): number {
    const bin = this.#bins[item]!
    let place = 0
    for (let i = 0; i < bin; i++) place += this.#counts[i]!
    for (const other of this.#gather(bin, bin, this.#counts[bin]!)) {
      if (compare(this.#levels, other, item) < 0) place++
    }
    return place
  }

  /** Puts every item into its bin, then counts: one loop for both is slower than two. */
  #spread({ log, least, scale }: Spread, bins: Uint16Array): Binned {
    const values = this.#values
    // NaN is not greater than anything. Two loops, because the test in each turn costs as much as the turn.
    if (log) {
      for (let item = 0; item < values.length; item++) {
        const value = values[item]!
        bins[item] = value >= least ? (logarithmic(value - least) * scale) | 0 : OUT
      }
    } else {
      for (let item = 0; item < values.length; item++) {
        const value = values[item]!
        bins[item] = value >= least ? ((value - least) * scale) | 0 : OUT
      }
    }
    const counts = new Uint32Array(OUT + 1)
    for (let item = 0; item < bins.length; item++) counts[bins[item]!]!++
    const inList = counts.subarray(0, BINS)
    let fullest = 0
    let total = 0
    for (const count of inList) {
      fullest = Math.max(fullest, count)
      total += count
    }
    return { bins, counts: inList, fullest, total }
  }

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

/** Negative when item `a` comes before `b`. */
export function compare(levels: Levels, a: number, b: number): number {
  for (const values of levels) {
    const difference = values[a]! - values[b]!
    if (difference !== 0) return difference
  }
  return a - b
}

/** The items at places `from` to `to` of the ascending order. `items` are given in the order of their numbers. */
function orderedWindow(items: Uint32Array, levels: Levels, from: number, to: number): Uint32Array {
  const [values, ...rest] = levels
  if (values === undefined) return items.slice(from, to)
  if (items.length <= FEW) return items.sort((a, b) => compare(levels, a, b)).slice(from, to)
  const range = rangeOf(items, values)
  if (range.least === range.most) return orderedWindow(items, rest, from, to)
  const spread = spreadOf(range, false)
  const counts = new Uint32Array(BINS)
  for (const item of items) counts[binOf(values[item]!, spread)]!++
  let before = 0
  let first = 0
  while (before + counts[first]! <= from) before += counts[first++]!
  let inside = counts[first]!
  let last = first
  while (before + inside < to && last + 1 < BINS) inside += counts[++last]!
  // When nothing is left out, looking closer would not end.
  if (inside === items.length) return items.sort((a, b) => compare(levels, a, b)).slice(from, to)
  const part = new Uint32Array(inside)
  let at = 0
  for (const item of items) {
    const bin = binOf(values[item]!, spread)
    if (bin >= first && bin <= last) part[at++] = item
  }
  return orderedWindow(part, levels, from - before, to - before)
}

function rangeOfAll(values: Float64Array): Range {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let item = 0; item < values.length; item++) {
    const value = values[item]!
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, most }
}

function rangeOf(items: Uint32Array, values: Float64Array | Uint32Array): Range {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const item of items) {
    const value = values[item]!
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, most }
}
