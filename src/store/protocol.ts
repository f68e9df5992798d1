/**
 * What the page and the store's worker say to each other. Requests carry a sequence number; an answer repeats it, and
 * the page drops answers that are not to its newest request. Nothing per row crosses but the window.
 *
 * All times are Unix seconds. A time range is [from, to).
 */
import type { Refusal } from '../capture/format/refusal.ts'
import type { Bisection } from '../filter/tree/bisect.ts'
import type { Expression } from '../filter/tree/expression.ts'
import type { ColumnId } from '../flows/column.ts'
import type { FieldId, MeasureFieldId } from '../flows/field.ts'
import type { Counters, LabelledKey } from '../flows/flow.ts'
import type { Trouble } from '../source/trouble.ts'

/** What a table row stands for: one 15 s record; one key, updated in place; one way of being allowed or denied. */
export type Shape = 'intervals' | 'flows' | 'signatures'

export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** The last seconds before the end of the newest record held: it slides along while records come in. */
export interface SlidingRange {
  readonly last: number
}

/** What a reader may choose. The worker says which range it means when it answers. */
export type RequestedRange = TimeRange | SlidingRange

export interface Sort {
  readonly column: ColumnId
  readonly descending: boolean
}

/** What the store is asked for. */
export interface ViewRequest {
  readonly shape: Shape
  readonly filter: Expression
  /** Null is everything held. A record is in the range when its start is. */
  readonly time: TimeRange | null
  readonly sort: Sort
  /** The window: rows from `offset`, at most `limit`. */
  readonly offset: number
  readonly limit: number
  /** The id of the row that is open; the answer says where it stands and what it is, also when it is filtered out. */
  readonly selected: string | null
  /**
   * Hold the view as it is while ingestion goes on: records appended after the first frozen request of a run are
   * left out, and counted in `waiting`.
   */
  readonly frozen: boolean
}

/** What the page wants to see; while `frozen`, a sliding window stays where it was at the first frozen request. */
export interface WantedView extends Omit<ViewRequest, 'time'> {
  readonly time: RequestedRange | null
}

/** One row of the table. Of `flows` and `signatures` the counters are sums over the records in the time range. */
export interface Row extends LabelledKey, Counters {
  /** Stable across reloads: made from the key alone (for intervals also the start). */
  readonly id: string
  /** Start of the first record and end of the last one; 0 where the capture has no times. */
  readonly firstSeen: number
  readonly lastSeen: number
  /** How many records it stands for. */
  readonly records: number
  /** For signatures: how many distinct keys. Otherwise 1. */
  readonly keys: number
  /** Records over time, oldest first, for a sparkline: at most 24 equal steps over the range in view. */
  readonly trend: readonly number[]
}

export interface TableWindow {
  readonly offset: number
  readonly rows: readonly Row[]
  /** Rows that match, of this shape. */
  readonly total: number
  /** Rows of this shape without the filter, in the same time range. */
  readonly held: number
  /** Records that arrived since the view was frozen. */
  readonly waiting: number
  /** The open row and its place among the matching ones; index −1 when the filter leaves it out. */
  readonly selected: { readonly index: number; readonly row: Row } | null
}

/**
 * A field's values under the filter without that field's own clauses, most frequent first. Where the values are whole
 * labels, those of each key are counted without the clauses on that key.
 */
export interface FacetRequest {
  readonly field: FieldId
  /** The label key, for label fields. */
  readonly label?: string
  /** Only values that contain this, ignoring case. */
  readonly search: string
  readonly limit: number
}

/** Records, and the denied ones among them. */
export interface RecordCounts {
  readonly records: number
  readonly denied: number
}

export interface FacetCount extends RecordCounts {
  readonly value: string
  /** What it was counted among, where that is not all that the facet counted. */
  readonly of?: RecordCounts
}

export interface Facet {
  readonly field: FieldId
  readonly label?: string
  readonly values: readonly FacetCount[]
  /** Distinct values before `limit`. */
  readonly distinct: number
  /** All records that were counted, whatever their values, and the denied ones among them. */
  readonly records: number
  readonly denied: number
}

/** What a histogram adds up: 15 s records, or what they counted. */
export type Measure = MeasureFieldId | 'records'

/** Records, or a sum, by verdict over time. Arrays have one entry a step; `gaps` is 1 where nothing was received. */
export interface Histogram {
  readonly from: number
  /** Seconds per step, a multiple of 15. */
  readonly step: number
  readonly allowed: Float64Array
  readonly denied: Float64Array
  readonly other: Float64Array
  readonly gaps: Uint8Array
}

/** What is held, and what was lost. */
export interface Holdings {
  /** 15 s records held, and distinct keys. */
  readonly records: number
  readonly keys: number
  /** Bytes of memory that they take. */
  readonly bytes: number
  /** Records dropped, oldest first, to stay within the budget. */
  readonly evicted: number
  /** Records left out because they were held already (after a reconnect). */
  readonly duplicates: number
  /** Lines, frames or records that could not be read. */
  readonly refused: number
  /** Values outside the enums that we know, kept as unknown. */
  readonly unknown: number
  /** Start of the oldest and end of the newest record; null when nothing is held. */
  readonly oldest: number | null
  readonly newest: number | null
  /** Runs of 15 s buckets between the two in which nothing was received. Live sources only. */
  readonly gaps: number
}

export type SourceState =
  | { readonly state: 'idle' }
  | { readonly state: 'connecting' }
  /** The stream is open. */
  | { readonly state: 'live' }
  /** Trying again at `retryAt` (Unix milliseconds); what is held stays. */
  | {
      readonly state: 'reconnecting'
      readonly trouble: Trouble
      readonly retryAt: number
      readonly attempt: number
    }
  | { readonly state: 'failed'; readonly trouble: Trouble }
  /** `total` is null when the size is not known, as for a compressed file. */
  | { readonly state: 'loading'; readonly read: number; readonly total: number | null }
  | { readonly state: 'loaded' }
  /** Somebody stopped the loading. */
  | { readonly state: 'stopped' }

export interface Status {
  readonly source: SourceState
  readonly holdings: Holdings
  /** The first refusals, at most 100; `holdings.refused` has their number. */
  readonly refusals: readonly Refusal[]
  /** In words what the capture was taken for: "Whisker records". */
  readonly format: string | null
  /** Records that Goldmane sent and the scope leaves out: not held, and no loss. */
  readonly outOfScope: number
}

/** Where flows come from. */
export type OpenSource =
  /**
   * A Goldmane behind gRPC-web at `endpoint`, an absolute URL with a trailing slash. Only records that match `scope` are
   * held; each is asked by itself, as one 15 s record.
   */
  | {
      readonly kind: 'live'
      readonly endpoint: string
      readonly history: number
      readonly scope: Expression
    }
  | { readonly kind: 'file'; readonly file: File }
  /** A capture that the server offers. */
  | { readonly kind: 'url'; readonly url: string; readonly name: string }

/** A question that is answered once, beside the view. */
export type Question =
  /** How many records match. */
  | { readonly about: 'count'; readonly filter: Expression; readonly time: RequestedRange | null }
  /** A field's values under a filter, that field's own clauses left out. */
  | {
      readonly about: 'facet'
      readonly filter: Expression
      readonly time: RequestedRange | null
      readonly facet: FacetRequest
    }
  /** How many rows of each shape match. */
  | { readonly about: 'totals'; readonly filter: Expression; readonly time: RequestedRange | null }
  /** What each clause of a filter removes. */
  | { readonly about: 'clauses'; readonly filter: Expression; readonly time: RequestedRange | null }
  /** The flows with the source, destination, protocol and port of the row with that id, last seen first. */
  | { readonly about: 'conversation'; readonly id: string }
  /** The signatures that match and were first seen at `since` or later, of everything held. */
  | {
      readonly about: 'new'
      readonly filter: Expression
      readonly since: number
      /** Rows at most; of 0 only the number is told. */
      readonly limit: number
    }
  /** The rows that match, at most `limit`. */
  | {
      readonly about: 'rows'
      readonly shape: Shape
      readonly filter: Expression
      readonly time: RequestedRange | null
      readonly sort: Sort
      readonly limit: number
    }

/** The answers, by what the question is about. */
export interface Answers {
  readonly count: number
  readonly facet: Facet
  readonly totals: Readonly<Record<Shape, number>>
  readonly clauses: Bisection
  readonly conversation: readonly Row[]
  /** `total` counts all; more than `limit`, or than can be looked through, are not among the rows. */
  readonly new: { readonly rows: readonly Row[]; readonly total: number }
  readonly rows: { readonly rows: readonly Row[]; readonly total: number }
}

export type ToWorker =
  /** `budget`: bytes that its records and keys may take. */
  | { readonly type: 'open'; readonly source: OpenSource; readonly budget: number }
  /** Another budget for what is open; the oldest records leave at once where it is too small. */
  | { readonly type: 'budget'; readonly budget: number }
  | {
      readonly type: 'view'
      readonly seq: number
      readonly view: WantedView
      readonly facets: readonly FacetRequest[]
      /** The number of histogram steps wanted; 0 for none. */
      readonly histogram: number
      /** What the histogram counts: records, or a sum. */
      readonly measure: Measure
    }
  | { readonly type: 'ask'; readonly id: number; readonly question: Question }
  /** The page is still there: said every minute, because a page that crashed cannot say that it is gone. */
  | { readonly type: 'heartbeat' }
  /** The page goes away. */
  | { readonly type: 'close' }
  /** Try the source again now. */
  | { readonly type: 'retry' }
  /** Stop loading; what was read stays. */
  | { readonly type: 'stop' }

export type FromWorker =
  /** To a page that asked for no view yet. */
  | { readonly type: 'status'; readonly status: Status }
  | {
      readonly type: 'view'
      readonly seq: number
      readonly status: Status
      /** The range that the window was taken for when this was answered: all parts of the answer are about it. */
      readonly time: TimeRange | null
      /** Where a sliding window ends in this answer: the end of the newest record; null when nothing has a time. */
      readonly newest: number | null
      readonly window: TableWindow
      readonly facets: readonly Facet[]
      readonly histogram: Histogram | null
    }
  /** To the question of that id. */
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answers[keyof Answers] }
