/**
 * Answers one reader's questions about a store. Each page has a FlowView of its own, because it holds where that page
 * froze its table; snapshots and matches are cached between questions that are about the same rows.
 */
import { labelKeysAsked, withoutField } from '../../filter/tree/clauses.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { ALL } from '../../filter/tree/expression.ts'
import type { MeasureFieldId } from '../../flows/field.ts'
import { facetOf } from './facet-counts.ts'
import { isMeasured } from '../../filter/tree/asks-for.ts'
import type { RecordStore } from '../keys/record-store.ts'
import { histogramOf } from './histogram-counts.ts'
import { type QueryContext, type Match, matchOf, type EntryCounts } from './match.ts'
import { SortBuffers } from './bucket-sort.ts'
import type {
  Facet,
  FacetRequest,
  Histogram,
  Shape,
  TimeRange,
  ViewRequest,
  TableWindow,
} from '../protocol.ts'
import type { SnapshotBounds } from '../columns/chunked-rows.ts'
import { Snapshot } from './snapshot.ts'
import { selectedRow } from './selected-row.ts'
import { cachesOf } from '../keys/key-caches.ts'
import { SortedRows } from './sorted-rows.ts'
import { windowRows } from './window-rows.ts'

/** A view needs up to three: its own range, all time for the histogram, and all time for a selected row outside of it. */
const MAX_CACHED_SNAPSHOTS = 3
/** A view with a facet for each of its clauses needs one match more than it has facets. */
const MAX_CACHED_MATCHES = 16

interface CachedSnapshot {
  readonly snapshot: Snapshot
  /** By {@link matchName}. */
  readonly matches: Map<string, Match>
}

export class FlowView {
  readonly #store: RecordStore
  /** The sequence number from which on a frozen view leaves rows out; Infinity while it is not frozen. */
  #endSequence = Number.POSITIVE_INFINITY
  #cachedSnapshots: CachedSnapshot[] = []
  readonly #buffers = new SortBuffers()
  /** The rows that were shown last: scrolling asks for other windows of them. */
  #lastSorted: { readonly name: string; readonly snapshot: Snapshot; readonly rows: SortedRows } | null = null

  constructor(store: RecordStore) {
    this.#store = store
  }

  /** The window of the table that a request asks for. `now` is in Unix seconds, here and below. */
  view(request: ViewRequest, now: number): TableWindow {
    const cached = this.#snapshotFor(request)
    const context = this.#contextOf(cached.snapshot, now)
    const match = this.#match(request.shape, request.filter, cached, context)
    const sorted = this.#sortedRows(match, request, context)
    const items = sorted.window(request.sort, request.offset, request.limit)
    const unfiltered = (atAnyTime: boolean): { match: Match; context: QueryContext } => {
      const wider = atAnyTime ? this.#cachedSnapshot({ time: null, endSequence: this.#endSequence }) : cached
      const widerContext = this.#contextOf(wider.snapshot, now)
      return { match: this.#match(request.shape, ALL, wider, widerContext), context: widerContext }
    }
    const { selected, sort } = request
    return {
      offset: request.offset,
      rows: windowRows(match, items, context),
      total: match.total,
      held: match.held,
      waiting: Number.isFinite(this.#endSequence) ? this.#store.rows.appended - this.#endSequence : 0,
      selected: selected === null ? null : selectedRow(selected, sorted, sort, context, unfiltered),
    }
  }

  /** One facet for each request, counted under the view's filter without the clauses on the facet's own field. */
  facets(request: ViewRequest, facets: readonly FacetRequest[], now: number): readonly Facet[] {
    const cached = this.#snapshotFor(request)
    const context = this.#contextOf(cached.snapshot, now)
    const countsUnder = (filter: Expression): EntryCounts =>
      this.#match(request.shape, filter, cached, context).counts
    return facets.map((facet) => {
      const { field, label } = facet
      const filter = withoutField(request.filter, field, label)
      const labelKeys = label === undefined ? labelKeysAsked(filter, field) : []
      const byLabelKey = labelKeys.map((labelKey) => ({
        labelKey,
        counts: countsUnder(withoutField(filter, field, labelKey)),
      }))
      return facetOf(
        facet,
        countsUnder(filter),
        byLabelKey,
        cached.snapshot.keys,
        cachesOf(this.#store.keys).indexes,
      )
    })
  }

  /** Matching records by verdict over time, in about `steps` steps. Null when no record in the range has a time. */
  histogram(
    request: ViewRequest,
    steps: number,
    measure: MeasureFieldId | 'records',
    now: number,
  ): Histogram | null {
    const cached = this.#snapshotFor(request)
    const match = this.#match(request.shape, request.filter, cached, this.#contextOf(cached.snapshot, now))
    return histogramOf(
      cached.snapshot,
      match,
      steps,
      measure,
      this.#store.live ? this.#store.gapDetector : null,
    )
  }

  /** How many rows of a shape match. */
  count(shape: Shape, filter: Expression, time: TimeRange | null, now: number): number {
    const cached = this.#cachedSnapshot({ time, endSequence: this.#endSequence })
    return this.#match(shape, filter, cached, this.#contextOf(cached.snapshot, now)).total
  }

  /** How many signatures match now and did not match before `since` (Unix seconds). */
  countNewSignatures(filter: Expression, since: number, now: number): number {
    const cached = this.#cachedSnapshot({ time: null, endSequence: this.#endSequence })
    const { signatures, total } = this.#match(
      'signatures',
      filter,
      cached,
      this.#contextOf(cached.snapshot, now),
    )
    // A sum may pass a test of counters only since then, also for a signature that was seen before: count both times.
    if (signatures === null || isMeasured(filter)) {
      return total - this.count('signatures', filter, { from: 0, to: since }, now)
    }
    let count = 0
    for (const [signature, keys] of signatures.keys.entries())
      if (keys > 0 && signatures.first[signature]! >= since) count++
    return count
  }

  /** The id of the flow of a row. For a signature any of its flows will do: all have the same ends and port. */
  flowIdOf(id: string): string {
    const { signatures } = cachesOf(this.#store.keys)
    const signature = signatures.ofId(id)
    return signature < 0 ? id : this.#store.keys.idOf(signatures.exampleOf(signature))
  }

  /** Freezes or unfreezes the view as the request says. */
  #snapshotFor({ frozen, time }: ViewRequest): CachedSnapshot {
    if (!frozen) this.#endSequence = Number.POSITIVE_INFINITY
    else if (!Number.isFinite(this.#endSequence)) this.#endSequence = this.#store.rows.appended
    return this.#cachedSnapshot({ time, endSequence: this.#endSequence })
  }

  #cachedSnapshot(bounds: SnapshotBounds): CachedSnapshot {
    this.#cachedSnapshots = this.#cachedSnapshots.filter(({ snapshot }) =>
      snapshot.isCurrentFor(snapshot.bounds),
    )
    const cached = this.#cachedSnapshots.find(({ snapshot }) => snapshot.isCurrentFor(bounds))
    if (cached !== undefined) return cached
    const made = { snapshot: new Snapshot(this.#store, bounds), matches: new Map<string, Match>() }
    this.#cachedSnapshots = [made, ...this.#cachedSnapshots].slice(0, MAX_CACHED_SNAPSHOTS)
    return made
  }

  #contextOf(snapshot: Snapshot, now: number): QueryContext {
    const { indexes, signatures } = cachesOf(this.#store.keys)
    // In a capture age counts from its end, however long ago that was.
    const from = this.#store.live ? now : (this.#store.holdings().newest ?? now)
    return { snapshot, indexes, signatures, now: from }
  }

  #match(shape: Shape, filter: Expression, { matches }: CachedSnapshot, context: QueryContext): Match {
    const name = matchName(shape, filter, context)
    const cached = matches.get(name)
    if (cached !== undefined) return cached
    const made = matchOf(shape, filter, context)
    if (matches.size >= MAX_CACHED_MATCHES) matches.clear()
    matches.set(name, made)
    return made
  }

  #sortedRows(match: Match, { shape, filter, sort }: ViewRequest, context: QueryContext): SortedRows {
    const { snapshot } = context
    const name = `${matchName(shape, filter, context)} ${sort.column}`
    const last = this.#lastSorted?.name === name ? this.#lastSorted : null
    if (last?.snapshot === snapshot) return last.rows
    const { ranks } = cachesOf(this.#store.keys)
    const rows = new SortedRows(match, sort, context, ranks, this.#buffers, last?.rows ?? null)
    this.#lastSorted = { name, snapshot, rows }
    return rows
  }
}

/** A cache key: equal for questions that have the same answer. */
function matchName(shape: Shape, filter: Expression, { now }: QueryContext): string {
  return `${shape} ${isMeasured(filter) ? now : ''} ${JSON.stringify(filter)}`
}
