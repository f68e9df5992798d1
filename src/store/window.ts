/** The rows that the table shows: which they are, and what they say. */
import { columnOf } from '../flows/column.ts'
import type { ColumnRanks } from './columns.ts'
import { unreachable } from '../lib/assert.ts'
import { COUNTERS, END } from './chunk.ts'
import type { Ground, Match } from './match.ts'
import { measureOf } from './measures.ts'
import { type Levels, ordered, orderedWindow, placeOf } from './order.ts'
import type { Row, Sort } from './protocol.ts'
import type { Scoped } from './scoped.ts'
import { toCounters } from './sums.ts'
import { intervalRows } from './intervals.ts'
import { trendsOf } from './trend.ts'

/** The matching rows by number, with what they are sorted by. */
export interface Listing {
  readonly match: Match
  readonly items: Uint32Array
  readonly levels: Levels
  /** The whole ascending order, from the second window on. */
  order: Uint32Array | null
}

/** Not recorded sorts below everything. */
function orBelow(value: number): number {
  return Number.isNaN(value) ? -1 : value
}

function itemsOf(bits: Uint8Array | Uint32Array, total: number): Uint32Array {
  const items = new Uint32Array(total)
  let at = 0
  for (let item = 0; item < bits.length; item++) if (bits[item]! > 0) items[at++] = item
  return items
}

export function listingOf(match: Match, sort: Sort, ground: Ground, ranks: ColumnRanks): Listing {
  switch (match.shape) {
    case 'intervals':
      return intervalListing(match, sort, ground.scoped, ranks)
    case 'flows':
      return flowListing(match, sort, ground.scoped, ranks)
    case 'signatures':
      return signatureListing(match, sort, ground, ranks)
    default:
      return unreachable(match.shape, 'shape')
  }
}

function flowListing(
  match: Match,
  sort: Sort,
  { keys, sums, flowCount }: Scoped,
  ranks: ColumnRanks,
): Listing {
  const column = columnOf(sort.column)
  const items = itemsOf(match.flows ?? new Uint8Array(0), match.total)
  const by = column.sort
  let values: ArrayLike<number>
  if (by.by === 'text') values = ranks.of(column, by)
  else if (by.by === 'seen') values = sums.last
  else {
    const measures = new Float64Array(flowCount)
    for (const flow of items)
      measures[flow] = orBelow(measureOf(by.field, (index) => sums.counter(index, flow)))
    values = measures
  }
  return { match, items, levels: [values, keys.idHigh, keys.idLow], order: null }
}

function signatureListing(match: Match, sort: Sort, { signatures }: Ground, ranks: ColumnRanks): Listing {
  const column = columnOf(sort.column)
  const found = match.signatures
  if (found === null) throw new Error('A match of signatures without their sums')
  const items = itemsOf(found.keys, match.total)
  const by = column.sort
  let values: ArrayLike<number>
  if (by.by === 'seen') values = found.last
  else {
    const numbers = new Float64Array(signatures.count)
    const rank = by.by === 'text' ? ranks.of(column, by) : null
    for (const item of items) {
      numbers[item] =
        by.by === 'text'
          ? rank![found.flow[item]!]!
          : orBelow(measureOf(by.field, (index) => found.counter(index, item)))
    }
    values = numbers
  }
  return { match, items, levels: [values, signatures.idHigh, signatures.idLow], order: null }
}

/** Rows are numbered through all slices. */
function intervalListing(match: Match, sort: Sort, scoped: Scoped, ranks: ColumnRanks): Listing {
  const column = columnOf(sort.column)
  const by = column.sort
  const { keys, slices, scope } = scoped
  const rows = slices.reduce((sum, { length }) => sum + length, 0)
  const items = new Uint32Array(match.total)
  const values = by.by === 'text' ? new Uint32Array(rows) : new Float64Array(rows)
  const rank = by.by === 'text' ? ranks.of(column, by) : null
  let at = 0
  let base = 0
  for (const [i, { chunk, length, whole }] of slices.entries()) {
    const { entries, starts } = chunk
    const bits = match.rows?.[i]
    for (let row = 0; row < length; row++) {
      const entry = entries[row]!
      if (match.entries[entry] === 0 || (bits !== undefined && bits[row] === 0)) continue
      if (!whole && scope.time !== null && (starts[row]! < scope.time.from || starts[row]! >= scope.time.to))
        continue
      const item = base + row
      items[at++] = item
      if (rank !== null) values[item] = rank[keys.flowOf[entry]!]!
      else if (by.by === 'measure') {
        values[item] = orBelow(measureOf(by.field, (index) => chunk.value(COUNTERS + index, row)))
      } else values[item] = chunk.value(END, row)
    }
    base += length
  }
  return { match, items, levels: [values], order: null }
}

/** The numbers of the rows from `offset` on, at most `limit`. Descending is ascending read backwards. */
export function windowOf(
  listing: Listing,
  { descending }: Sort,
  offset: number,
  limit: number,
  whole: boolean,
): Uint32Array {
  const { items, levels } = listing
  const start = Math.min(Math.max(0, offset), items.length)
  const end = Math.min(items.length, start + Math.max(0, limit))
  const [from, to] = descending ? [items.length - end, items.length - start] : [start, end]
  if (whole) listing.order ??= ordered(items, levels)
  const found = listing.order?.slice(from, to) ?? orderedWindow(items, levels, from, to)
  return descending ? found.reverse() : found
}

/** Where a row stands among the matching ones. */
export function indexOf({ items, levels }: Listing, { descending }: Sort, item: number): number {
  const place = placeOf(items, levels, item)
  return descending ? items.length - 1 - place : place
}

export function rowsOf(match: Match, items: Uint32Array, ground: Ground): readonly Row[] {
  switch (match.shape) {
    case 'intervals':
      return intervalRows(ground.scoped, items)
    case 'flows':
      return flowRows(ground.scoped, items)
    case 'signatures':
      return signatureRows(match, ground, items)
    default:
      return unreachable(match.shape, 'shape')
  }
}

export function flowRows(scoped: Scoped, flows: Uint32Array): readonly Row[] {
  const { keys, sums, entryCount } = scoped
  const placeOfFlow = new Map(Array.from(flows, (flow, i) => [flow, i + 1]))
  const rowOf = new Uint32Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) rowOf[entry] = placeOfFlow.get(keys.flowOf[entry]!) ?? 0
  const trends = trendsOf(scoped, rowOf, flows.length)
  return Array.from(flows, (flow, i) => ({
    id: keys.idOf(flow),
    ...keys.labelledKey(sums.entry[flow]!),
    ...toCounters(sums.countersOf(flow)),
    firstSeen: sums.first[flow]!,
    lastSeen: sums.last[flow]!,
    records: sums.records[flow]!,
    keys: 1,
    trend: trends[i] ?? [],
  }))
}

function signatureRows(match: Match, { scoped, signatures }: Ground, items: Uint32Array): readonly Row[] {
  const { keys, sums, entryCount } = scoped
  const found = match.signatures
  if (found === null) throw new Error('A match of signatures without their sums')
  const ofFlow = signatures.ofFlows()
  const placeOfSignature = new Map(Array.from(items, (signature, i) => [signature, i + 1]))
  const rowOf = new Uint32Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) {
    if (match.entries[entry] === 0) continue
    rowOf[entry] = placeOfSignature.get(ofFlow[keys.flowOf[entry]!]!) ?? 0
  }
  const trends = trendsOf(scoped, rowOf, items.length)
  return Array.from(items, (signature, i) => ({
    id: signatures.idOf(signature),
    ...keys.labelledKey(sums.entry[found.flow[signature]!]!),
    ...toCounters(found.countersOf(signature)),
    firstSeen: found.first[signature]!,
    lastSeen: found.last[signature]!,
    records: found.records[signature]!,
    keys: found.keys[signature]!,
    trend: trends[i] ?? [],
  }))
}
