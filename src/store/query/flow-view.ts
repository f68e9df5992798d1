/**
 * One reader's questions to the store. It remembers where the reader froze the view, and what the last questions had
 * in common; several readers of one store (tabs) have a view each.
 */
import { labelKeysAsked, withoutField } from '../../filter/tree/clauses.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { ALL } from '../../filter/tree/expression.ts'
import type { MeasureFieldId } from '../../flows/field.ts'
import { facetOf } from './facet-counts.ts'
import { isMeasured } from '../../filter/tree/asks-for.ts'
import type { RecordStore } from '../keys/record-store.ts'
import { type GroupRequest, type Groups, groupsOf } from './groups.ts'
import { histogramOf } from './histogram.ts'
import { type Ground, type Match, matchOf, type Weighed } from './match.ts'
import { OrderBuffers } from './bucket-sort.ts'
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
import { Scoped } from './snapshot.ts'
import { selectedOf } from './selected.ts'
import { cachesOf } from '../keys/key-caches.ts'
import { Listing } from './listing.ts'
import { rowsOf } from './window-rows.ts'

/** Scopes that are kept: the view's own, and everything held for a row that is outside of it. */
const KEPT_SCOPES = 3
/** Matches that are kept of a scope: a view with a facet on each of its clauses needs one more than it has facets. */
const KEPT_MATCHES = 16

/** What is worked out of one scope. */
interface ScopeCaches {
  readonly scoped: Scoped
  readonly matches: Map<string, Match>
}

export class FlowView {
  readonly #store: RecordStore
  /** The first row that a frozen view leaves out; Infinity while it is not frozen. */
  #mark = Number.POSITIVE_INFINITY
  #scopes: ScopeCaches[] = []
  readonly #buffers = new OrderBuffers()
  /** What was listed last, to scroll in. */
  #listed: { readonly name: string; readonly scoped: Scoped; readonly listing: Listing } | null = null

  constructor(store: RecordStore) {
    this.#store = store
  }

  /** The window of the table. `now` is in Unix seconds. */
  view(request: ViewRequest, now: number): TableWindow {
    const caches = this.#scopeOf(request)
    const ground = this.#ground(caches.scoped, now)
    const match = this.#match(request.shape, request.filter, caches, ground)
    const { sort } = request
    const name = `${matchName(request.shape, request.filter, ground)} ${sort.column}`
    if (this.#listed?.name !== name || this.#listed.scoped !== caches.scoped) {
      const before = this.#listed?.name === name ? this.#listed.listing : null
      const { ranks } = cachesOf(this.#store.keys)
      const listing = new Listing(match, sort, ground, ranks, this.#buffers, before)
      this.#listed = { name, scoped: caches.scoped, listing }
    }
    const { listing } = this.#listed
    const items = listing.window(sort, request.offset, request.limit)
    const held = (everything: boolean): { match: Match; ground: Ground } => {
      const wider = everything ? this.#caches({ time: null, endSequence: this.#mark }) : caches
      const widerGround = this.#ground(wider.scoped, now)
      return { match: this.#match(request.shape, ALL, wider, widerGround), ground: widerGround }
    }
    return {
      offset: request.offset,
      rows: rowsOf(match, items, ground),
      total: match.total,
      held: match.held,
      waiting: Number.isFinite(this.#mark) ? this.#store.rows.appended - this.#mark : 0,
      selected: request.selected === null ? null : selectedOf(request.selected, listing, sort, ground, held),
    }
  }

  /** Facets of the view, each under the filter without its own clauses. */
  facets(request: ViewRequest, facets: readonly FacetRequest[], now: number): readonly Facet[] {
    const caches = this.#scopeOf(request)
    const ground = this.#ground(caches.scoped, now)
    const weighed = (filter: Expression): Weighed =>
      this.#match(request.shape, filter, caches, ground).weighed
    return facets.map((facet) => {
      const { field, label } = facet
      const filter = withoutField(request.filter, field, label)
      const keys = label === undefined ? labelKeysAsked(filter, field) : []
      const ofKeys = keys.map((key) => ({ key, weighed: weighed(withoutField(filter, field, key)) }))
      return facetOf(facet, weighed(filter), ofKeys, caches.scoped.keys, cachesOf(this.#store.keys).indexes)
    })
  }

  /** Matching records over time, in about `steps` steps. Null when nothing held has a time. */
  histogram(
    request: ViewRequest,
    steps: number,
    measure: MeasureFieldId | 'records',
    now: number,
  ): Histogram | null {
    const caches = this.#scopeOf(request)
    const match = this.#match(request.shape, request.filter, caches, this.#ground(caches.scoped, now))
    return histogramOf(
      caches.scoped,
      match,
      steps,
      measure,
      this.#store.live ? this.#store.gapDetector : null,
    )
  }

  /** What the view shows, grouped. */
  groups(request: ViewRequest, grouping: GroupRequest, now: number): Groups {
    const caches = this.#scopeOf(request)
    const ground = this.#ground(caches.scoped, now)
    return groupsOf(grouping, this.#match(request.shape, request.filter, caches, ground), ground)
  }

  /** How many rows match. */
  count(shape: Shape, filter: Expression, time: TimeRange | null, now: number): number {
    const caches = this.#caches({ time, endSequence: this.#mark })
    return this.#match(shape, filter, caches, this.#ground(caches.scoped, now)).total
  }

  /** How many signatures match, and did not before `since`. */
  countNew(filter: Expression, since: number, now: number): number {
    const caches = this.#caches({ time: null, endSequence: this.#mark })
    const { signatures, total } = this.#match('signatures', filter, caches, this.#ground(caches.scoped, now))
    // What counters add up to before then may match otherwise.
    if (signatures === null || isMeasured(filter)) {
      return total - this.count('signatures', filter, { from: 0, to: since }, now)
    }
    let count = 0
    for (const [signature, keys] of signatures.keys.entries())
      if (keys > 0 && signatures.first[signature]! >= since) count++
    return count
  }

  /** The id of a flow behind a row: of a signature any of its flows, which have their ends and port in common. */
  flowIdOf(id: string): string {
    const { signatures } = cachesOf(this.#store.keys)
    const signature = signatures.ofId(id)
    return signature < 0 ? id : this.#store.keys.idOf(signatures.exampleOf(signature))
  }

  #scopeOf({ frozen, time }: ViewRequest): ScopeCaches {
    if (!frozen) this.#mark = Number.POSITIVE_INFINITY
    else if (!Number.isFinite(this.#mark)) this.#mark = this.#store.rows.appended
    return this.#caches({ time, endSequence: this.#mark })
  }

  #caches(scope: SnapshotBounds): ScopeCaches {
    this.#scopes = this.#scopes.filter(({ scoped }) => scoped.isOf(scoped.scope))
    const known = this.#scopes.find(({ scoped }) => scoped.isOf(scope))
    if (known !== undefined) return known
    const made = { scoped: new Scoped(this.#store, scope), matches: new Map<string, Match>() }
    this.#scopes = [made, ...this.#scopes].slice(0, KEPT_SCOPES)
    return made
  }

  #ground(scoped: Scoped, now: number): Ground {
    const { indexes, signatures } = cachesOf(this.#store.keys)
    // In a capture age counts from its end, however long ago that was.
    const from = this.#store.live ? now : (this.#store.holdings().newest ?? now)
    return { scoped, indexes, signatures, now: from }
  }

  #match(shape: Shape, filter: Expression, caches: ScopeCaches, ground: Ground): Match {
    const name = matchName(shape, filter, ground)
    const known = caches.matches.get(name)
    if (known !== undefined) return known
    const made = matchOf(shape, filter, ground)
    if (caches.matches.size >= KEPT_MATCHES) caches.matches.clear()
    caches.matches.set(name, made)
    return made
  }
}

/** Equal for questions that have the same answer. */
function matchName(shape: Shape, filter: Expression, { now }: Ground): string {
  return `${shape} ${isMeasured(filter) ? now : ''} ${JSON.stringify(filter)}`
}
