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
import { type Arrangement, countRecordsFrom, keepsOrder, rangeName, sortName } from './arrangement.ts'
import { conversationOf } from './conversation-rows.ts'
import { type QueryContext, type Match, matchOf, type EntryCounts } from './match.ts'
import { SortBuffers } from './bucket-sort.ts'
import type {
  Facet,
  FacetRequest,
  Finding,
  Histogram,
  Row,
  RowKind,
  SelectedRow,
  Summary,
  TimeRange,
  ViewRequest,
  TableWindow,
} from '../protocol.ts'
import type { SnapshotBounds } from '../columns/chunked-rows.ts'
import { resolveRange } from './sliding-range.ts'
import { Snapshot } from './snapshot.ts'
import { indexOfSelected, selectedRow } from './selected-row.ts'
import { groupsFound, keepOnly, summaryOf } from './summary.ts'
import { cachesOf } from '../keys/key-caches.ts'
import { SortedRows } from './sorted-rows.ts'
import { type RowOptions, windowRows } from './window-rows.ts'

/**
 * A view needs up to five: its own range, frozen and not, the rows of when its order was set, and all time for the
 * histogram, frozen and not.
 */
const MAX_CACHED_SNAPSHOTS = 5
/** A view with a facet for each of its clauses needs one match more than it has facets. */
const MAX_CACHED_MATCHES = 16

interface CachedSnapshot {
  readonly snapshot: Snapshot
  /** By {@link matchName}. */
  readonly matches: Map<string, Match>
}

interface MatchParts {
  readonly match: Match
  readonly context: QueryContext
}

export class FlowView {
  readonly #store: RecordStore
  /** The sequence number from which on a frozen view leaves rows out; Infinity while it is not frozen. */
  #endSequence = Number.POSITIVE_INFINITY
  #cachedSnapshots: CachedSnapshot[] = []
  readonly #buffers = new SortBuffers()
  #arrangement: Arrangement | null = null

  constructor(store: RecordStore) {
    this.#store = store
  }

  /**
   * The window of the table that a request asks for, in the order that was set when its arrangement was first asked for.
   * `now` is in Unix seconds, here and below.
   */
  view(request: ViewRequest, now: number): TableWindow {
    const cached = this.#snapshotFor(request)
    const live = this.#partsOf(cached, request, now)
    const { table, rows } = this.#arranged(request, cached, live, now)
    const options = this.#rowOptions(table.context, request)
    const items = rows.window(request.offset, request.limit)
    const { selected } = request
    return {
      offset: request.offset,
      rows: windowRows(table.match, items, options),
      total: rows.total,
      held: live.match.held,
      waiting: this.#waiting(request, rows, live, now),
      selected: selected === null ? null : this.#selected(selected, request, rows, table, cached, now),
    }
  }

  /** The first rows of an order that is made for this question alone, and how many rows there are. */
  rows(request: ViewRequest, now: number): { readonly rows: readonly Row[]; readonly total: number } {
    const cached = this.#cachedSnapshot({ time: request.time, endSequence: this.#endSequence })
    const { match, context } = this.#partsOf(cached, request, now)
    const all = this.#store.sums()
    const sorted = new SortedRows({ match, context, request, all, buffers: this.#buffers })
    const items = sorted.window(request.offset, request.limit)
    return { rows: windowRows(match, items, this.#rowOptions(context, request)), total: match.total }
  }

  /** What deserves attention among the groups that match. */
  summary(request: ViewRequest, now: number): Summary {
    return summaryOf(this.#matchWithFacts(request, now))
  }

  /** The groups that the summary counts as `only`, in the order of the request. */
  found(
    request: ViewRequest,
    only: Finding,
    now: number,
  ): { readonly rows: readonly Row[]; readonly total: number } {
    const { match, options } = this.#matchWithFacts(request, now)
    const items = groupsFound({ match, options }, only)
    const wanted = { ...match, ...keepOnly(match, items, options.context), total: items.length }
    const { context, all } = options
    const sorted = new SortedRows({ match: wanted, context, request, all, buffers: this.#buffers })
    const first = sorted.window(request.offset, request.limit)
    return { rows: windowRows(match, first, options), total: items.length }
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

  /** How many rows of a kind match. */
  count(kind: RowKind, filter: Expression, time: TimeRange | null, now: number): number {
    const cached = this.#cachedSnapshot({ time, endSequence: this.#endSequence })
    return this.#match(kind, filter, cached, this.#contextOf(cached.snapshot, now)).total
  }

  /** The keys of the conversation of the row with an id, in all that is held. */
  conversation(id: string, now: number): readonly Row[] {
    const request = { shape: 'keys', filter: ALL, newSince: null, trendMeasure: 'records' } as const
    const cached = this.#cachedSnapshot({ time: null, endSequence: Number.POSITIVE_INFINITY })
    const { match, context } = this.#partsOf(cached, request, now)
    return conversationOf(this.#flowIdOf(id), match, this.#rowOptions(context, request))
  }

  /** The id of the flow of a row. For a signature any of its flows will do: all have the same ends and port. */
  #flowIdOf(id: string): string {
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

  #partsOf(
    cached: CachedSnapshot,
    { shape, filter }: Pick<ViewRequest, 'shape' | 'filter'>,
    now: number,
  ): MatchParts {
    const context = this.#contextOf(cached.snapshot, now)
    return { match: this.#match(shape, filter, cached, context), context }
  }

  #rowOptions(context: QueryContext, request: RowOptions['request']): RowOptions {
    return { context, request, all: this.#store.sums() }
  }

  #matchWithFacts(request: ViewRequest, now: number): { match: Match; options: RowOptions } {
    const cached = this.#cachedSnapshot({ time: request.time, endSequence: this.#endSequence })
    const { match, context } = this.#partsOf(cached, { ...request, shape: 'groups' }, now)
    return { match, options: this.#rowOptions(context, request) }
  }

  /** The order of a request, and the match that it is about: for intervals that of when the order was set. */
  #arranged(
    request: ViewRequest,
    cached: CachedSnapshot,
    live: MatchParts,
    now: number,
  ): { readonly table: MatchParts; readonly rows: SortedRows } {
    const last = this.#arrangement
    const isSame = last !== null && keepsOrder(request, last)
    const build = (table: MatchParts, before: SortedRows | null): SortedRows =>
      new SortedRows({ ...table, request, all: this.#store.sums(), buffers: this.#buffers }, before)
    if (isSame && request.shape !== 'intervals' && last.keys === this.#store.keys) {
      this.#arrangement = { ...last, arrangement: request.arrangement }
      return { table: live, rows: last.rows }
    }
    if (isSame && request.shape === 'intervals') {
      const endSequence = Math.min(last.endSequence, this.#endSequence)
      const then = this.#cachedSnapshot({ time: last.time, endSequence })
      const table = this.#partsOf(then, request, now)
      const rows = last.snapshot === then.snapshot ? last.rows : build(table, last.rows)
      this.#arrangement = { ...last, arrangement: request.arrangement, snapshot: then.snapshot, rows }
      return { table, rows }
    }
    const before = last?.sortName === sortName(request) ? last.rows : null
    const rows = build(live, before)
    this.#arrangement = {
      rangeName: rangeName(request),
      sortName: sortName(request),
      arrangement: request.arrangement,
      keys: this.#store.keys,
      endSequence: Math.min(this.#endSequence, this.#store.rows.appended),
      time: request.time,
      snapshot: cached.snapshot,
      rows,
    }
    return { table: live, rows }
  }

  /** How many rows that are not in the order match by now, though the view is frozen. */
  #waiting(request: ViewRequest, rows: SortedRows, live: MatchParts, now: number): number {
    const { match, context } = Number.isFinite(this.#endSequence) ? this.#unfrozen(request, now) : live
    if (match.sets === null)
      return countRecordsFrom(this.#arrangement?.endSequence ?? 0, match, context.snapshot)
    let waiting = 0
    for (const [set, keys] of match.sets.sums.keys.entries()) if (keys > 0 && !rows.has(set)) waiting++
    return waiting
  }

  /** What matches by now, in the range that a sliding one covers by now. */
  #unfrozen(request: ViewRequest, now: number): MatchParts {
    const { time, requested = time } = request
    const range = resolveRange(requested, this.#store.holdings().newest)
    const bounds = { time: range, endSequence: Number.POSITIVE_INFINITY }
    return this.#partsOf(this.#cachedSnapshot(bounds), request, now)
  }

  #selected(
    id: string,
    request: ViewRequest,
    rows: SortedRows,
    table: MatchParts,
    cached: CachedSnapshot,
    now: number,
  ): SelectedRow | null {
    const everything = (): CachedSnapshot =>
      this.#cachedSnapshot({ time: null, endSequence: this.#endSequence })
    const levels = [
      () => ({ snapshot: cached, filter: request.filter }),
      () => ({ snapshot: cached, filter: ALL }),
      () => ({ snapshot: everything(), filter: ALL }),
    ]
    for (const level of levels) {
      const { snapshot, filter } = level()
      const matchOfKind = (shape: RowKind): Match => this.#partsOf(snapshot, { shape, filter }, now).match
      const context = this.#contextOf(snapshot.snapshot, now)
      const found = selectedRow(id, matchOfKind, this.#rowOptions(context, request))
      if (found === null) continue
      return { ...found.rows, index: indexOfSelected(id, found, table, rows) }
    }
    return null
  }

  #contextOf(snapshot: Snapshot, now: number): QueryContext {
    // In a capture age counts from its end, however long ago that was.
    const from = this.#store.live ? now : (this.#store.holdings().newest ?? now)
    return { snapshot, ...cachesOf(this.#store.keys), now: from }
  }

  #match(kind: RowKind, filter: Expression, { matches }: CachedSnapshot, context: QueryContext): Match {
    const name = matchName(kind, filter, context)
    const cached = matches.get(name)
    if (cached !== undefined) return cached
    const made = matchOf(kind, filter, context)
    if (matches.size >= MAX_CACHED_MATCHES) matches.clear()
    matches.set(name, made)
    return made
  }
}

/** A cache key: equal for questions that have the same answer. */
function matchName(kind: RowKind, filter: Expression, { now }: QueryContext): string {
  return `${kind} ${isMeasured(filter) ? now : ''} ${JSON.stringify(filter)}`
}
