/** The matching rows in the order that was asked for. */
import { columnOf, type SortKey } from '../flows/column.ts'
import { unreachable } from '../lib/assert.ts'
import { END } from './chunk.ts'
import type { ColumnRanks } from './columns.ts'
import type { Ground, Match } from './match.ts'
import { measureOf, measureRows } from './measures.ts'
import { type Levels, Order, type OrderBuffers } from './order.ts'
import type { Sort } from './protocol.ts'
import type { Slice } from './rows.ts'
import type { Scoped } from './scoped.ts'

/** Rows are numbered: flows and signatures by their own numbers, intervals through all slices. */
export interface Listing {
  readonly match: Match
  readonly order: Order
}

/** Sorts what was not recorded below everything; NaN means that a row is not in the list. */
function orBelow(value: number): number {
  return Number.isNaN(value) ? -1 : value
}

/** The listing lives until the buffers are used for another one. */
export function listingOf(
  match: Match,
  { column: id }: Sort,
  ground: Ground,
  ranks: ColumnRanks,
  buffers: OrderBuffers,
): Listing {
  const column = columnOf(id)
  const rank = column.sort.by === 'text' ? ranks.of(column, column.sort) : new Uint32Array(0)
  return { match, order: orderOf(match, column.sort, rank, ground, buffers) }
}

function orderOf(
  match: Match,
  sort: SortKey,
  rank: Uint32Array,
  ground: Ground,
  buffers: OrderBuffers,
): Order {
  const { keys, sums } = ground.scoped
  const { signatures } = ground
  switch (match.shape) {
    case 'intervals':
      return new Order(intervalValues(match, sort, rank, ground.scoped, buffers), [], buffers)
    case 'flows': {
      const flows = match.flows ?? new Uint8Array(0)
      const values = subjectValues(flows, sort, buffers, {
        rank: (flow) => rank[flow]!,
        last: (flow) => sums.last[flow]!,
        counter: (index, flow) => sums.counter(index, flow),
      })
      return new Order(values, idLevels(keys, flows.length), buffers)
    }
    case 'signatures': {
      const found = match.signatures
      if (found === null) throw new Error('A match of signatures without their sums')
      const values = subjectValues(found.keys, sort, buffers, {
        rank: (signature) => rank[found.flow[signature]!]!,
        last: (signature) => found.last[signature]!,
        counter: (index, signature) => found.counter(index, signature),
      })
      return new Order(values, idLevels(signatures, found.keys.length), buffers)
    }
    default:
      return unreachable(match.shape, 'shape')
  }
}

/** Ids as levels: the order among equals is the same in every store that holds them. */
function idLevels(
  { idHigh, idLow }: { readonly idHigh: Uint32Array; readonly idLow: Uint32Array },
  count: number,
): Levels {
  return [idHigh.subarray(0, count), idLow.subarray(0, count)]
}

interface Subject {
  readonly rank: (subject: number) => number
  readonly last: (subject: number) => number
  readonly counter: (index: number, subject: number) => number
}

/** `present`: 0 for what does not match. */
function subjectValues(
  present: Uint8Array | Uint32Array,
  sort: SortKey,
  buffers: OrderBuffers,
  of: Subject,
): Float64Array {
  const values = buffers.values(present.length).fill(Number.NaN)
  for (let subject = 0; subject < values.length; subject++) {
    if (present[subject] === 0) continue
    if (sort.by === 'text') values[subject] = of.rank(subject)
    else if (sort.by === 'seen') values[subject] = of.last(subject)
    else values[subject] = orBelow(measureOf(sort.field, of.counter, subject))
  }
  return values
}

function intervalValues(
  match: Match,
  sort: SortKey,
  rank: Uint32Array,
  { keys, slices, scope }: Scoped,
  buffers: OrderBuffers,
): Float64Array {
  const values = buffers.values(slices.reduce((sum, { length }) => sum + length, 0))
  let base = 0
  for (const [i, slice] of slices.entries()) {
    const { chunk, length, whole } = slice
    const part = values.subarray(base, base + length)
    fillValues(part, sort, rank, slice, keys.flowOf)
    leaveOut(part, match, i, chunk.entries)
    const { time } = scope
    if (!whole && time !== null) {
      const { starts } = chunk
      for (let row = 0; row < length; row++) {
        if (starts[row]! < time.from || starts[row]! >= time.to) part[row] = Number.NaN
      }
    }
    base += length
  }
  return values
}

/** Takes the rows that do not match out of the list. */
function leaveOut(
  values: Float64Array,
  { entries: ofEntry, rows }: Match,
  slice: number,
  entries: Uint32Array,
): void {
  const ofRow = rows?.[slice]
  if (ofRow === undefined) {
    for (let row = 0; row < values.length; row++) if (ofEntry[entries[row]!] === 0) values[row] = Number.NaN
  } else {
    for (let row = 0; row < values.length; row++) if (ofRow[row] === 0) values[row] = Number.NaN
  }
}

/** The values of all rows of a slice, those that do not match included. */
function fillValues(
  values: Float64Array,
  sort: SortKey,
  rank: Uint32Array,
  { chunk, length }: Slice,
  flowOf: Uint32Array,
): void {
  switch (sort.by) {
    case 'text': {
      const { entries } = chunk
      for (let row = 0; row < length; row++) values[row] = rank[flowOf[entries[row]!]!]!
      return
    }
    case 'seen':
      chunk.copy(END, values)
      return
    case 'measure':
      measureRows(sort.field, chunk, values)
      for (let row = 0; row < length; row++) values[row] = orBelow(values[row]!)
      return
    default:
      unreachable(sort, 'sort')
  }
}

/** The numbers of the rows from `offset` on, at most `limit`. Descending is ascending read backwards. */
export function windowOf(
  { order }: Listing,
  { descending }: Sort,
  offset: number,
  limit: number,
): Uint32Array {
  const start = Math.min(Math.max(0, offset), order.total)
  const end = Math.min(order.total, start + Math.max(0, limit))
  return descending
    ? order.window(order.total - end, order.total - start).reverse()
    : order.window(start, end)
}

/** Where a row stands among the matching ones. */
export function indexOf({ order }: Listing, { descending }: Sort, item: number): number {
  const place = order.placeOf(item)
  return descending ? order.total - 1 - place : place
}
