import type { Expression } from '../../filter/tree/expression.ts'
import { isMeasured } from '../../filter/tree/asks-for.ts'
import type { SnapshotBounds } from '../columns/chunked-rows.ts'
import { cachesOf } from '../keys/key-caches.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type { RowKind } from '../protocol.ts'
import { type Match, matchOf, type QueryContext } from './matching-rows.ts'
import { Snapshot } from './snapshot.ts'

/**
 * A view needs up to five: its own range, frozen and not, the rows of when its order was set, and all time for the
 * histogram, frozen and not. The questions beside it are about those, and about the range and all time of now.
 */
const MAX_CACHED_SNAPSHOTS = 7
/** A view with a facet for each of its clauses needs one match more than it has facets; questions need some. */
const MAX_CACHED_MATCHES = 24

export interface CachedSnapshot {
  readonly snapshot: Snapshot
  /** By {@link matchName}. */
  readonly matches: Map<string, Match>
}

/** A match, and what it is of. */
export interface MatchOf {
  readonly match: Match
  readonly context: QueryContext
}

/** Caches snapshots and matches between questions that are about the same rows. */
export class SnapshotCache {
  readonly #store: RecordStore
  #cached: CachedSnapshot[] = []

  constructor(store: RecordStore) {
    this.#store = store
  }

  snapshot(bounds: SnapshotBounds): CachedSnapshot {
    this.#cached = this.#cached.filter(({ snapshot }) => snapshot.isCurrentFor(snapshot.wanted))
    const cached = this.#cached.find(({ snapshot }) => snapshot.isCurrentFor(bounds))
    if (cached !== undefined) return cached
    const made = { snapshot: new Snapshot(this.#store, bounds), matches: new Map<string, Match>() }
    this.#cached = [made, ...this.#cached].slice(0, MAX_CACHED_SNAPSHOTS)
    return made
  }

  /** The rows of a kind that match in a snapshot. `now` is in Unix seconds. */
  match({ snapshot, matches }: CachedSnapshot, kind: RowKind, filter: Expression, now: number): MatchOf {
    const context = this.#contextOf(snapshot, now)
    const name = matchName(kind, filter, context)
    const cached = matches.get(name)
    if (cached !== undefined) return { match: cached, context }
    const match = matchOf(kind, filter, context)
    if (matches.size >= MAX_CACHED_MATCHES) matches.clear()
    matches.set(name, match)
    return { match, context }
  }

  #contextOf(snapshot: Snapshot, now: number): QueryContext {
    // In a capture age counts from the play head, or else from its end, however long ago that was.
    const from = snapshot.wanted.until ?? (this.#store.live ? now : (this.#store.holdings().newest ?? now))
    return { snapshot, ...cachesOf(this.#store.keys), now: from }
  }
}

/** A cache key: equal for questions that have the same answer. */
function matchName(kind: RowKind, filter: Expression, { now }: QueryContext): string {
  return `${kind} ${isMeasured(filter) ? now : ''} ${JSON.stringify(filter)}`
}
