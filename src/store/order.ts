/**
 * Sorting by numbers: a window of the order without the rest of it, or the whole order. Both spread the items over
 * bins by value, which takes two passes over them, and look closer only where they must.
 */

/** Numbers by item, compared in turn; items that are equal in all stay in the order in which they were given. */
export type Levels = readonly ArrayLike<number>[]

const BINS = 1 << 14
/** Up to here a plain sort is as quick. */
const FEW = 1024

const bits = new DataView(new ArrayBuffer(8))

/** The upper half of a double: grows with it, and as its logarithm does. For numbers from 0. */
function logarithmic(value: number): number {
  bits.setFloat64(0, value)
  return bits.getUint32(0)
}

/** Spreads values from `least` to `most` evenly over the bins; `log` evens out a few very large ones. */
class Spread {
  private readonly log: boolean
  private readonly base: number
  private readonly scale: number

  constructor(least: number, most: number, log: boolean) {
    this.log = log
    this.base = least
    const range = log ? logarithmic(most - least) : most - least
    this.scale = range === 0 ? 0 : (BINS - 1) / range
  }

  bin(value: number): number {
    const distance = value - this.base
    return ((this.log ? logarithmic(distance) : distance) * this.scale) | 0
  }
}

interface Range {
  readonly least: number
  readonly most: number
}

function rangeOf(items: Uint32Array, values: ArrayLike<number>): Range {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < items.length; i++) {
    const value = values[items[i]!]!
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, most }
}

/** How many items each bin has; the spread that keeps the fullest bin smallest. */
function binned(
  items: Uint32Array,
  values: ArrayLike<number>,
  { least, most }: Range,
): readonly [Spread, Uint32Array] {
  const count = (log: boolean): readonly [Spread, Uint32Array, number] => {
    const spread = new Spread(least, most, log)
    const counts = new Uint32Array(BINS)
    for (let i = 0; i < items.length; i++) counts[spread.bin(values[items[i]!]!)]!++
    return [spread, counts, counts.reduce((max, each) => Math.max(max, each), 0)]
  }
  const [spread, counts, fullest] = count(false)
  if (fullest < items.length / 4) return [spread, counts]
  const [logSpread, logCounts, logFullest] = count(true)
  return logFullest < fullest ? [logSpread, logCounts] : [spread, counts]
}

function sortFew(items: Uint32Array, levels: Levels): Uint32Array {
  const places = items.map((_, i) => i)
  places.sort((a, b) => {
    for (const values of levels) {
      const difference = values[items[a]!]! - values[items[b]!]!
      if (difference !== 0) return difference
    }
    return a - b
  })
  return places.map((place) => items[place]!)
}

/** All items in ascending order. */
export function ordered(items: Uint32Array, levels: Levels): Uint32Array {
  const [values, ...rest] = levels
  if (values === undefined || items.length < 2) return items
  if (items.length <= FEW) return sortFew(items, levels)
  const range = rangeOf(items, values)
  if (range.least === range.most) return ordered(items, rest)
  const [spread, counts] = binned(items, values, range)
  // Numbers too close for the arithmetic of bins, which integers never are.
  if (counts.includes(items.length)) return sortFew(items, levels)
  const starts = new Uint32Array(BINS)
  for (let bin = 1; bin < BINS; bin++) starts[bin] = starts[bin - 1]! + counts[bin - 1]!
  const next = starts.slice()
  const sorted = new Uint32Array(items.length)
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!
    sorted[next[spread.bin(values[item]!)]!++] = item
  }
  for (let bin = 0; bin < BINS; bin++) {
    if (counts[bin]! < 2) continue
    const part = sorted.subarray(starts[bin], starts[bin]! + counts[bin]!)
    part.set(ordered(part.slice(), levels))
  }
  return sorted
}

/** The items at places `from` to `to` of the ascending order. */
export function orderedWindow(items: Uint32Array, levels: Levels, from: number, to: number): Uint32Array {
  const [values, ...rest] = levels
  if (from >= to) return new Uint32Array(0)
  if (values === undefined) return items.slice(from, to)
  if (items.length <= FEW) return sortFew(items, levels).slice(from, to)
  const range = rangeOf(items, values)
  if (range.least === range.most) return orderedWindow(items, rest, from, to)
  const [spread, counts] = binned(items, values, range)
  let before = 0
  let first = 0
  while (before + counts[first]! <= from) before += counts[first++]!
  let inside = counts[first]!
  let last = first
  while (before + inside < to && last + 1 < BINS) inside += counts[++last]!
  const part = new Uint32Array(inside)
  let at = 0
  for (let i = 0; i < items.length; i++) {
    const bin = spread.bin(values[items[i]!]!)
    if (bin >= first && bin <= last) part[at++] = items[i]!
  }
  // A window over the whole span leaves nothing out: looking closer would not end.
  return inside === items.length
    ? ordered(items, levels).slice(from, to)
    : orderedWindow(part, levels, from - before, to - before)
}

/** How many items come before one in ascending order. */
export function placeOf(items: Uint32Array, levels: Levels, wanted: number): number {
  let place = 0
  let met = false
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!
    if (item === wanted) {
      met = true
      continue
    }
    let difference = 0
    for (let level = 0; level < levels.length && difference === 0; level++) {
      difference = levels[level]![item]! - levels[level]![wanted]!
    }
    if (difference < 0 || (difference === 0 && !met)) place++
  }
  return place
}
