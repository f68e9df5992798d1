/**
 * The order of a table's rows. It is set when the reader asks for other rows, and kept until then: see README.md. Groups
 * and signatures are kept as the values that they were sorted by; intervals, which never change, as the number of records
 * that there were.
 */
import { ensure } from '../../lib/assert.ts'
import { isInRange } from '../columns/chunked-rows.ts'
import { cachesOf } from '../keys/key-caches.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type { RowKind, TimeRange, ViewRequest } from '../protocol.ts'
import { SortBuffers } from './bucket-sort.ts'
import { CarriedOrder, carryLevels, carryOver, type Numbering, type RowOrder } from './carried-order.ts'
import type { Match } from './matching-rows.ts'
import type { Snapshot } from './snapshot.ts'
import type { CachedSnapshot, MatchOf, SnapshotCache } from './snapshot-cache.ts'
import { SortedRows } from './sorted-rows.ts'

interface Arrangement {
  /** As {@link rangeName} and {@link sortName}. */
  readonly rangeName: string
  readonly sortName: string
  /** As in the newest request that kept the order. */
  readonly arrangement: number | null
  /** Groups and signatures are numbered by it; null for other rows. */
  readonly numbering: Numbering | null
  /** How many groups or signatures the numbering had. */
  readonly setCount: number
  /** How many rows had been appended to the store: intervals that came later are not in the order. */
  readonly endSequence: number
  /** Where the play head was: intervals that start at it or later are not in the order. Infinity without one. */
  readonly until: number
  /** The range as it was resolved then, in which intervals stay. */
  readonly time: TimeRange | null
  /** Of intervals; null for other rows, so that evicted chunks are not kept as long as the order is. */
  readonly snapshot: Snapshot | null
  readonly order: RowOrder
}

/** The rows in their order, and the match that they are numbered in: for intervals that of when the order was set. */
export interface ArrangedRows {
  readonly table: MatchOf
  readonly order: RowOrder
}

export class TableOrder {
  readonly #store: RecordStore
  readonly #cache: SnapshotCache
  readonly #buffers = new SortBuffers()
  #last: Arrangement | null = null

  constructor(store: RecordStore, cache: SnapshotCache) {
    this.#store = store
    this.#cache = cache
  }

  /**
   * The order of a request. `live` is what matches, in the snapshot `cached`; `endSequence` the first sequence number that
   * is left out of it.
   */
  arrange(
    request: ViewRequest,
    cached: CachedSnapshot,
    live: MatchOf,
    endSequence: number,
    now: number,
  ): ArrangedRows {
    const last = this.#last
    if (last === null || !keepsOrder(request, last)) return this.#setAnew(request, cached, live, endSequence)
    if (request.shape === 'intervals')
      return this.#keepIntervals(request, last, cached, live, endSequence, now)
    const numbering = this.#numberingOf(request.shape)
    const order = carriedOrder(last, numbering)
    const setCount = numbering?.rollUp.count ?? 0
    this.#last = { ...last, arrangement: request.arrangement, numbering, setCount, order }
    return { table: live, order }
  }

  /** How many rows match that are not in the order of the last request. */
  countWaiting({ match, context: { snapshot } }: MatchOf): number {
    const last = this.#last
    if (last === null) return 0
    if (match.sets === null) return countRecordsFrom(last, match, snapshot)
    const { keys } = match.sets.sums
    let waiting = 0
    for (let set = 0; set < keys.length; set++) if (keys[set]! > 0 && !last.order.has(set)) waiting++
    return waiting
  }

  #setAnew(
    request: ViewRequest,
    { snapshot }: CachedSnapshot,
    live: MatchOf,
    endSequence: number,
  ): ArrangedRows {
    const last = this.#last
    const numbering = this.#numberingOf(request.shape)
    const isSameSort = last?.sortName === sortName(request)
    const order = this.#sort(request, live, isSameSort ? last.order : null)
    this.#last = {
      rangeName: rangeName(request),
      sortName: sortName(request),
      arrangement: request.arrangement,
      numbering,
      setCount: numbering?.rollUp.count ?? 0,
      endSequence: Math.min(endSequence, this.#store.rows.appended),
      until: headOf(request),
      time: request.time,
      snapshot: request.shape === 'intervals' ? snapshot : null,
      order,
    }
    return { table: live, order }
  }

  #keepIntervals(
    request: ViewRequest,
    last: Arrangement,
    cached: CachedSnapshot,
    live: MatchOf,
    endSequence: number,
    now: number,
  ): ArrangedRows {
    const { arrangement, shape, filter } = request
    if (last.snapshot === cached.snapshot) {
      this.#last = { ...last, arrangement }
      return { table: live, order: last.order }
    }
    const until = Math.min(last.until, headOf(request))
    const bounds = {
      time: last.time,
      endSequence: Math.min(last.endSequence, endSequence),
      until: Number.isFinite(until) ? until : null,
    }
    const then = this.#cache.snapshot(bounds)
    const table = this.#cache.match(then, shape, filter, now)
    const order = last.snapshot === then.snapshot ? last.order : this.#sortAgain(request, table, last)
    if (order.total === 0) return this.#setAnew(request, cached, live, endSequence)
    this.#last = { ...last, arrangement, snapshot: then.snapshot, order }
    return { table, order }
  }

  /** The order of the same intervals. What was new then is so still. */
  #sortAgain(request: ViewRequest, table: MatchOf, { order, snapshot }: Arrangement): SortedRows {
    const { keys } = table.context.snapshot
    const then = order instanceof SortedRows ? order.levels : null
    const keysThen = ensure(snapshot, 'intervals have a snapshot').keys
    const levels = then === null || keysThen === keys ? then : carryLevels(then, keysThen, keys)
    return new SortedRows({ ...table, request, all: this.#store.sums(), levels, buffers: this.#buffers })
  }

  #sort(request: ViewRequest, { match, context }: MatchOf, before: RowOrder | null): SortedRows {
    const all = this.#store.sums()
    const sorted = before instanceof SortedRows ? before : null
    return new SortedRows({ match, context, request, all, buffers: this.#buffers }, sorted)
  }

  #numberingOf(kind: RowKind): Numbering | null {
    const { keys } = this.#store
    return kind === 'groups' || kind === 'signatures' ? { keys, rollUp: cachesOf(keys)[kind] } : null
  }
}

/** Whether a request keeps an order. An order without rows is not kept, because all that comes would wait. */
function keepsOrder(request: ViewRequest, last: Arrangement): boolean {
  return (
    request.arrangement !== null &&
    (last.arrangement === null || last.arrangement === request.arrangement) &&
    last.sortName === sortName(request) &&
    last.rangeName === rangeName(request) &&
    last.order.total > 0
  )
}

/** The order in the numbering of now. */
function carriedOrder({ order, numbering: from, setCount }: Arrangement, to: Numbering | null): RowOrder {
  if (from === null || to === null) return order
  const isNumberedAnew = from.keys !== to.keys
  const mayHaveComeBack = order instanceof CarriedOrder && order.hasGone && setCount !== to.rollUp.count
  return isNumberedAnew || mayHaveComeBack ? carryOver(order, from, to) : order
}

/** Equal for requests of one range, resolved or sliding. */
function rangeName({ time, requested = time }: ViewRequest): string {
  return JSON.stringify(requested)
}

/** Equal for requests that sort the same rows alike. */
function sortName({ shape, filter, sort }: ViewRequest): string {
  return `${shape} ${sort.column} ${sort.descending} ${JSON.stringify(filter)}`
}

function headOf({ until }: ViewRequest): number {
  return until ?? Number.POSITIVE_INFINITY
}

/** How many matching records were appended from a sequence number on, or start at the play head of then or later. */
function countRecordsFrom(
  { endSequence, until }: Arrangement,
  { entries, rows }: Pick<Match, 'entries' | 'rows'>,
  { slices, bounds: { time } }: Snapshot,
): number {
  let count = 0
  for (const [at, { chunk, length }] of slices.entries()) {
    const bits = rows?.[at]
    const first = Number.isFinite(until) ? 0 : Math.max(0, endSequence - chunk.firstSequence)
    for (let row = first; row < length; row++) {
      const matches = bits === undefined ? entries[chunk.entries[row]!] : bits[row]
      const start = chunk.starts[row]!
      const isLater = row >= endSequence - chunk.firstSequence || start >= until
      if (matches === 1 && isLater && isInRange(time, start)) count++
    }
  }
  return count
}
