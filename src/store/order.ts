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

interface Range {
  readonly least: number
  readonly most: number
}

/** Spreads values over the bins, evenly or by their logarithm, which evens out a few very large ones. */
class Spread {
  private readonly log: boolean
  private readonly least: number
  private readonly scale: number

  constructor({ least, most }: Range, log: boolean) {
    this.log = log
    this.least = least
    const range = log ? logarithmic(most - least) : most - least
    this.scale = range > 0 ? (BINS - 1) / range : 0
  }

  bin(value: number): number {
    const distance = value - this.least
    return ((this.log ? logarithmic(distance) : distance) * this.scale) | 0
  }
}

/** A list of the items that have a value, ascending by value, then by the other levels. */
export class Order {
  readonly total: number
  private readonly values: Float64Array
  private readonly levels: Levels
  private bins: Uint16Array
  private counts: Uint32Array

  /** `values` by item, NaN for what is not in the list; `ties` decide among equal values. */
  constructor(values: Float64Array, ties: Levels) {
    this.values = values
    this.levels = [values, ...ties]
    let least = Number.POSITIVE_INFINITY
    let most = Number.NEGATIVE_INFINITY
    let total = 0
    for (let item = 0; item < values.length; item++) {
      const value = values[item]!
      if (Number.isNaN(value)) continue
      total++
      if (value < least) least = value
      if (value > most) most = value
    }
    this.total = total
    this.bins = new Uint16Array(values.length)
    this.counts = this.spread(new Spread({ least, most }, false))
    if (fullest(this.counts) > total * TOO_FULL) {
      const { bins, counts } = this
      this.bins = new Uint16Array(values.length)
      this.counts = this.spread(new Spread({ least, most }, true))
      if (fullest(this.counts) >= fullest(counts)) {
        this.bins = bins
        this.counts = counts
      }
    }
  }

  /** The items at places `from` to `to`. */
  window(from: number, to: number): Uint32Array {
    if (from >= to) return new Uint32Array(0)
    const { counts } = this
    let before = 0
    let first = 0
    while (before + counts[first]! <= from) before += counts[first++]!
    let inside = counts[first]!
    let last = first
    while (before + inside < to && last + 1 < BINS) inside += counts[++last]!
    return orderedWindow(this.gather(first, last, inside), this.levels, from - before, to - before)
  }

  /** How many items come before one that is in the list. */
  placeOf(item: number): number {
    const bin = this.bins[item]!
    let place = 0
    for (let i = 0; i < bin; i++) place += this.counts[i]!
    for (const other of this.gather(bin, bin, this.counts[bin]!)) {
      if (compare(this.levels, other, item) < 0) place++
    }
    return place
  }

  private spread(spread: Spread): Uint32Array {
    const { values, bins } = this
    const counts = new Uint32Array(BINS)
    for (let item = 0; item < values.length; item++) {
      const value = values[item]!
      if (Number.isNaN(value)) {
        bins[item] = OUT
        continue
      }
      const bin = spread.bin(value)
      bins[item] = bin
      counts[bin]!++
    }
    return counts
  }

  private gather(first: number, last: number, count: number): Uint32Array {
    const { bins } = this
    const items = new Uint32Array(count)
    let at = 0
    for (let item = 0; item < bins.length; item++) {
      const bin = bins[item]!
      if (bin >= first && bin <= last) items[at++] = item
    }
    return items
  }
}

function fullest(counts: Uint32Array): number {
  let most = 0
  for (let bin = 0; bin < counts.length; bin++) most = Math.max(most, counts[bin]!)
  return most
}

function compare(levels: Levels, a: number, b: number): number {
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
  const spread = new Spread(range, false)
  const counts = new Uint32Array(BINS)
  for (const item of items) counts[spread.bin(values[item]!)]!++
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
    const bin = spread.bin(values[item]!)
    if (bin >= first && bin <= last) part[at++] = item
  }
  return orderedWindow(part, levels, from - before, to - before)
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
