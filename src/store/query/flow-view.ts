/**
 * Answers one reader's questions about a store. Each page has a FlowView of its own, because it holds the order of that
 * page's rows; snapshots and matches are cached between questions that are about the same rows.
 */
import { labelKeysAsked, withoutField } from '../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import type { MeasureFieldId } from '../../flows/field.ts'
import type { SnapshotBounds } from '../columns/chunked-rows.ts'
import { cachesOf } from '../keys/key-caches.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type {
  ExportSizes,
  Facet,
  FacetRequest,
  Finding,
  Histogram,
  Row,
  RowKind,
  SelectedRow,
  Summary,
  TableWindow,
  TimeRange,
  ViewRequest,
} from '../protocol.ts'
import { SortBuffers } from './bucket-sort.ts'
import { conversationOf } from './conversation-rows.ts'
import { facetOf } from './facet-counts.ts'
import { histogramOf } from './histogram-counts.ts'
import { type EntryCounts, type Match, type QueryContext, recordsOf } from './matching-rows.ts'
import { indexOfSelected, selectedRow } from './selected-row.ts'
import { resolveRange } from './sliding-range.ts'
import { type CachedSnapshot, type MatchOf, SnapshotCache } from './snapshot-cache.ts'
import { SortedRows } from './sorted-rows.ts'
import { groupsFound, keepOnly, summaryOf } from './summary.ts'
import { type ArrangedRows, TableOrder } from './table-order.ts'
import { greatestSumOf } from './trend.ts'
import { type RowOptions, rowsOfOrder, windowRows } from './window-rows.ts'

/** The first rows of an order, and how many rows there are. */
interface TopRows {
  readonly rows: readonly Row[]
  readonly total: number
}

/** The times that a question is about. */
type Ranged = Pick<ViewRequest, 'time' | 'until'>
/** The play head. */
type Head = ViewRequest['until']

export class FlowView {
  readonly #store: RecordStore
  readonly #cache: SnapshotCache
  readonly #order: TableOrder
  /** For the orders of questions. */
  readonly #buffers = new SortBuffers()

  /** @param cache may be shared by views that are asked about the same rows */
  constructor(store: RecordStore, cache = new SnapshotCache(store)) {
    this.#store = store
    this.#cache = cache
    this.#order = new TableOrder(store, cache)
  }

  /**
   * The window of the table that a request asks for, in the order that was set when its arrangement was first asked for.
   * `now` is in Unix seconds, here and below.
   */
  view(request: ViewRequest, now: number): TableWindow {
    const { shape, filter, offset, limit, selected } = request
    const cached = this.#snapshotFor(request)
    const live = this.#cache.match(cached, shape, filter, now)
    const arranged = this.#order.arrange(request, cached, live, endSequenceOf(request), now)
    const { table, order } = arranged
    const { appended } = this.#store.rows
    const shown = Math.min(endSequenceOf(request), appended)
    return {
      offset,
      rows: rowsOfOrder(order, offset, limit, table.match, this.#rowOptions(table.context, request)),
      total: order.total,
      greatestSum: greatestSumOf(live.match, cached.snapshot, request.trendMeasure),
      held: live.match.held,
      waiting: this.#order.countWaiting(request.frozen !== null ? this.#unfrozen(request, now) : live),
      arrived: appended - shown,
      appended: shown,
      selected: selected === null ? null : this.#selected(selected, request, arranged, cached, now),
    }
  }

  /** The first rows of an order that is made for this question alone. */
  rows(request: ViewRequest, now: number): TopRows {
    const { match, context } = this.#matchIn(request, request.shape, request.filter, now)
    return this.#topRows(match, match, this.#rowOptions(context, request), request)
  }

  /** What deserves attention among the groups that match. */
  summary(request: ViewRequest, now: number): Summary {
    const { match, context } = this.#matchIn(request, 'groups', request.filter, now)
    return summaryOf({ match, options: this.#rowOptions(context, request) })
  }

  /** The groups that the summary counts as `only`, in the order of the request. */
  found(request: ViewRequest, only: Finding, now: number): TopRows {
    const { match, context } = this.#matchIn(request, 'groups', request.filter, now)
    const options = this.#rowOptions(context, request)
    const items = groupsFound({ match, options }, only)
    // Scans are looked for among all that matches, not among the groups that are left.
    const wanted = { ...match, ...keepOnly(match, items, context), total: items.length }
    return this.#topRows(wanted, match, options, request)
  }

  /** One facet for each request, counted under the view's filter without the clauses on the facet's own field. */
  facets(request: ViewRequest, facets: readonly FacetRequest[], now: number): readonly Facet[] {
    const cached = this.#snapshotFor(request)
    const countsUnder = (filter: Expression): EntryCounts =>
      this.#cache.match(cached, request.shape, filter, now).match.counts
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

  /**
   * Matching records by verdict over time, in about `steps` steps, those after the play head included. Null when no record
   * in the range has a time.
   */
  histogram(
    request: ViewRequest,
    steps: number,
    measure: MeasureFieldId | 'records',
    now: number,
  ): Histogram | null {
    const cached = this.#snapshotFor({ ...request, until: null })
    const { match } = this.#cache.match(cached, request.shape, request.filter, now)
    return histogramOf(
      cached.snapshot,
      match,
      steps,
      measure,
      this.#store.live ? this.#store.gapDetector : null,
    )
  }

  /** How many rows of a kind match. */
  count(kind: RowKind, filter: Expression, time: TimeRange | null, now: number, until: Head = null): number {
    return this.#matchIn({ time, until }, kind, filter, now).match.total
  }

  /** How many rows a request shows, and how many records these rows sum. */
  sizes(request: ViewRequest, now: number): ExportSizes {
    const { match } = this.#cache.match(this.#snapshotFor(request), request.shape, request.filter, now)
    return { rows: match.total, records: recordsOf(match) }
  }

  /** The keys of the conversation of the row with an id, in all that is held before the play head. */
  conversation(id: string, now: number, until: Head = null): readonly Row[] {
    const { match, context } = this.#matchIn({ time: null, until }, 'keys', ALL, now)
    const options = this.#rowOptions(context, { newSince: null, trendMeasure: 'records' })
    return conversationOf(this.#flowIdOf(id), match, options)
  }

  /** The id of the flow of a row. For a signature any of its flows will do: all have the same ends and port. */
  #flowIdOf(id: string): string {
    const { signatures } = cachesOf(this.#store.keys)
    const signature = signatures.ofId(id)
    return signature < 0 ? id : this.#store.keys.idOf(signatures.exampleOf(signature))
  }

  #snapshotFor(request: ViewRequest): CachedSnapshot {
    return this.#cache.snapshot(boundsOf(request, endSequenceOf(request)))
  }

  /** What matches of all that is held in a range: the questions beside a frozen table are about now. */
  #matchIn(range: Ranged, kind: RowKind, filter: Expression, now: number): MatchOf {
    const cached = this.#cache.snapshot(boundsOf(range))
    return this.#cache.match(cached, kind, filter, now)
  }

  #rowOptions(context: QueryContext, request: RowOptions['request']): RowOptions {
    return { context, request, all: this.#store.sums() }
  }

  /** The first rows of `wanted`, which are among those of `match`. */
  #topRows(wanted: Match, match: Match, options: RowOptions, request: ViewRequest): TopRows {
    const { context, all } = options
    const sorted = new SortedRows({ match: wanted, context, request, all, buffers: this.#buffers })
    const items = sorted.window(request.offset, request.limit)
    return { rows: windowRows(match, items, options), total: wanted.total }
  }

  /** What matches by now, in the range that a sliding one covers by now, though the view is frozen. */
  #unfrozen({ shape, filter, time, requested = time, until }: ViewRequest, now: number): MatchOf {
    const range = resolveRange(requested, until ?? this.#store.holdings().newest)
    return this.#matchIn({ time: range, until }, shape, filter, now)
  }

  /** The open row: among those that match, else among those of the range, else of any time. */
  #selected(
    id: string,
    request: ViewRequest,
    { table, order }: ArrangedRows,
    cached: CachedSnapshot,
    now: number,
  ): SelectedRow | null {
    const levels = [
      () => ({ snapshot: cached, filter: request.filter }),
      () => ({ snapshot: cached, filter: ALL }),
      () => ({ snapshot: this.#snapshotFor({ ...request, time: null }), filter: ALL }),
    ]
    for (const level of levels) {
      const { snapshot, filter } = level()
      const matchOfKind = (kind: RowKind): Match => this.#cache.match(snapshot, kind, filter, now).match
      const { context } = this.#cache.match(snapshot, 'groups', filter, now)
      const found = selectedRow(id, matchOfKind, this.#rowOptions(context, request))
      if (found !== null) return { ...found.rows, index: indexOfSelected(id, found, table, order) }
    }
    return null
  }
}

function boundsOf({ time, until }: Ranged, endSequence = Number.POSITIVE_INFINITY): SnapshotBounds {
  return { time, endSequence, until }
}

/** The sequence number from which on a frozen view leaves records out; Infinity while it is not frozen. */
function endSequenceOf({ frozen }: ViewRequest): number {
  return frozen?.appended ?? Number.POSITIVE_INFINITY
}
