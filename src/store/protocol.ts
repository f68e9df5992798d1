/**
 * The messages between the page and the store's worker. A view request carries a sequence number that its answer
 * repeats, and the page drops answers to requests that it has replaced since. Of the rows only a window is sent.
 * All times are Unix seconds unless a comment says otherwise. A time range is [from, to).
 */
import type { CaptureHeader } from '../capture/format/capture-header.ts'
import type { Refusal } from '../capture/format/refusal.ts'
import type { ClauseEffects } from '../filter/tree/clause-effects.ts'
import type { Expression } from '../filter/tree/expression.ts'
import type { ColumnId } from '../flows/column.ts'
import type { RowShape } from '../flows/row-shape.ts'
import type { CaptureCheck } from '../source/capture-check.ts'
import type { LiveState } from '../source/live-state.ts'
import type { CompareAnswer, CompareQuestion, GroupsAnswer, GroupsQuestion } from './compare-messages.ts'
import type { ExportedView, ExportNewsMessage, ExportRequest, ExportSizes } from './export-messages.ts'
import type { LiveReport } from './live-report.ts'
import type { OpenSource } from './open-source.ts'
import type { PolicyNewsMessage, PolicyOrderMessage } from './policy-messages.ts'
import type { PlayHead } from './replay-messages.ts'
import type { RecordMessage } from './recording-messages.ts'
import type { Finding, Row, Summary, TableWindow } from './table-rows.ts'
import type { Facet, FacetRequest, Histogram, Measure } from './view-counts.ts'

export type * from './export-messages.ts'
export type * from './open-source.ts'
export type * from './table-rows.ts'
export type * from './view-counts.ts'

export type Shape = RowShape

/** What a row of an answer is; a key, with the sums of its records, is a row of questions alone. */
export type RowKind = Shape | 'keys'

export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** A range that ends with the newest record held, and moves when records arrive. */
export interface SlidingRange {
  /** Its length in seconds. */
  readonly last: number
}

/** A range as the page requests it. The worker resolves it and tells the resolved range in its answer. */
export type RequestedRange = TimeRange | SlidingRange

/**
 * A column of the table, or how much a row deserves attention ({@link Attention}), within that by connections. Rows that
 * are equal in it follow each other by source, destination and id, ascending in both directions. A counter that was not
 * recorded is last in both.
 */
export interface Sort {
  readonly column: ColumnId | 'attention'
  readonly descending: boolean
}

/** A query for the rows of the table, with the time range resolved. */
export interface ViewRequest extends PlayHead {
  readonly shape: RowKind
  readonly filter: Expression
  /** Null for any time. A record is in the range if its start is. */
  readonly time: TimeRange | null
  /** The range before it was resolved, where that is another: a sliding one keeps the order while it slides. */
  readonly requested?: RequestedRange | null
  readonly sort: Sort
  /** The window is the rows from `offset` on, at most `limit`. */
  readonly offset: number
  readonly limit: number
  /** The id of the open row, which the answer contains even if the filter leaves it out. */
  readonly selected: string | null
  /** The answer at which the view stands still, null while it does not: records appended after it are left out. */
  readonly frozen: FrozenAt | null
  /** A row is new if no record of it is held that starts before this time, in any range. Null: no row is new. */
  readonly newSince: number | null
  /**
   * The order of the rows is set anew when this number changes, or the filter, the shape, the sort or the range as it was
   * requested. Until then each row keeps its place: counts change in place, a row without records stays with zeros, and
   * rows that came since are not shown but counted as `waiting`. Null sets the order anew with each answer, as while a
   * source is read; a number after it keeps the last one of these.
   */
  readonly arrangement: number | null
  /** The sum of which each row has a {@link Row.trend}. */
  readonly trendMeasure: Measure
}

/**
 * The answer that a page showed when its reader paused it. Named by the page: a record that the worker received before it
 * hears of the pause, but that the page did not show, must not appear in the paused view.
 */
export interface FrozenAt {
  /** {@link TableWindow.appended} of that answer. */
  readonly appended: number
  /** The end of its newest record (Unix seconds), where sliding ranges end; null without one. */
  readonly newest: number | null
}

/** A view request as the page sends it. While it is frozen, sliding ranges end where they did in the answer it stands at. */
export interface WantedView extends Omit<ViewRequest, 'shape' | 'time' | 'requested'> {
  readonly shape: Shape
  readonly time: RequestedRange | null
}

/** How much the store holds, and what it lost. */
export interface Holdings {
  /** How many records and distinct keys are held. */
  readonly records: number
  readonly keys: number
  /** The bytes of memory that they take. */
  readonly bytes: number
  /** How many records were evicted, oldest first, to stay within the budget. */
  readonly evicted: number
  /** How many records were dropped because they were held already, after a reconnect. */
  readonly duplicates: number
  /** How many lines, frames or records could not be read. */
  readonly refused: number
  /** How many enum values are none of api.proto's; they are kept as `Unknown(…)`. */
  readonly unknown: number
  /** The least start and the greatest end of a record; null if no record with a time is held. */
  readonly oldest: number | null
  readonly newest: number | null
  /** How many gaps there are between the two, each of one or more consecutive buckets. 0 for a capture. */
  readonly gaps: number
}

/** The state of the open source: of a live one {@link LiveState}, of a capture how far it was read. */
export type SourceState =
  | LiveState
  | { readonly state: 'idle' }
  /** In bytes. `total` is null if the size is not known, as for a compressed file. Of a history in seconds of its range. */
  | { readonly state: 'loading'; readonly read: number; readonly total: number | null }
  | { readonly state: 'loaded' }
  /** The user stopped the loading. Records read stay. */
  | { readonly state: 'stopped' }

export interface Status {
  readonly source: SourceState
  readonly holdings: Holdings
  /** The first refusals, at most 300; `holdings.refused` has their number. */
  readonly refusals: readonly Refusal[]
  /** The format that was detected in a capture, as shown: "Whisker records". Null for a live source. */
  readonly format: string | null
  /** What the headers in a capture of ours say, at most 100 of them. Empty for a live source. */
  readonly headers: readonly CaptureHeader[]
  /** How many records Goldmane sent that are outside of the scope. They are not held, which is no loss. */
  readonly outOfScope: number
  /** Null for a capture. */
  readonly live: LiveReport | null
}

/** A query that is answered once, apart from the view. */
export type Question =
  | { readonly about: 'count'; readonly filter: Expression; readonly time: RequestedRange | null }
  /** A facet's values, as in a view. */
  | {
      readonly about: 'facet'
      readonly filter: Expression
      readonly time: RequestedRange | null
      readonly facet: FacetRequest
    }
  /** How many rows of each shape match. */
  | { readonly about: 'totals'; readonly filter: Expression; readonly time: RequestedRange | null }
  /** How many records match without each clause of a filter, and with that clause alone. */
  | { readonly about: 'clauses'; readonly filter: Expression; readonly time: RequestedRange | null }
  /** How large an export of a view is. */
  | { readonly about: 'sizes'; readonly view: ExportedView }
  /** The flows of the conversation of the row with that id, last seen first. */
  | { readonly about: 'conversation'; readonly id: string }
  /**
   * The first rows that match, at most `limit`, and how many there are. `only` are the groups that the summary counts
   * under that name, whatever the kind of rows that is asked for.
   */
  | {
      readonly about: 'rows'
      readonly shape: RowKind
      readonly filter: Expression
      readonly time: RequestedRange | null
      readonly sort: Sort
      readonly limit: number
      readonly newSince: number | null
      readonly only: Finding | null
      /** Null asks for rows from after the play head, too. */
      readonly until?: null
    }
  /** What deserves attention among the groups that match. */
  | {
      readonly about: 'summary'
      readonly filter: Expression
      readonly time: RequestedRange | null
      readonly newSince: number | null
    }
  | CompareQuestion
  | GroupsQuestion

/** The type of answer for each `about` of a question. */
export interface Answers {
  readonly count: number
  readonly facet: Facet
  readonly totals: Readonly<Record<Shape, number>>
  readonly clauses: ClauseEffects
  readonly sizes: ExportSizes
  readonly conversation: readonly Row[]
  readonly summary: Summary
  readonly compare: CompareAnswer
  readonly groups: GroupsAnswer
  readonly rows: { readonly rows: readonly Row[]; readonly total: number }
}

export type ToWorker =
  /** Opens a source. `budget` is the bytes of memory that its records and keys may take. */
  | { readonly type: 'open'; readonly source: OpenSource; readonly budget: number }
  /** Changes the budget of the open source; records beyond it are evicted at once. */
  | { readonly type: 'budget'; readonly budget: number }
  | {
      readonly type: 'view'
      readonly seq: number
      readonly view: WantedView
      readonly facets: readonly FacetRequest[]
      /** About how many histogram steps are wanted; 0 for no histogram. */
      readonly histogram: number
      readonly measure: Measure
      /**
       * The number of the earliest request since which facets and histogram are asked of the same records: counts that
       * answer it or a later one are those of this request too.
       */
      readonly countsSince: number
    }
  | { readonly type: 'ask'; readonly id: number; readonly question: Question }
  /** Sent every minute, so that the worker drops the session of a page that crashed and never sent `close`. */
  | { readonly type: 'heartbeat' }
  | { readonly type: 'close' }
  /** Retries the source now instead of at `retryAt`. */
  | { readonly type: 'retry' }
  /** Asks Goldmane for what is missing in a range; {@link LiveReport.fill} tells what came of it. */
  | { readonly type: 'fill'; readonly range: TimeRange }
  /** Stops loading. Records read stay. */
  | { readonly type: 'stop' }
  /** Loads the worker's chunks, so that it needs no server for them later. Answered by `preloaded`. */
  | { readonly type: 'preload' }
  /** Asks whether a file is a capture; what is open stays open. Ends an earlier check, which is then not answered. */
  | { readonly type: 'check'; readonly id: number; readonly file: File }
  /** Writes a file; answered by `exporting` every 200 ms, and at last by `exported` unless it is cancelled. */
  | { readonly type: 'export'; readonly id: number; readonly request: ExportRequest }
  | { readonly type: 'export-cancel'; readonly id: number }
  | RecordMessage
  | PolicyOrderMessage

export type FromWorker =
  /** For a page that has requested no view yet. */
  | { readonly type: 'status'; readonly status: Status }
  /**
   * How far the source is read, between two answers. What is held comes with the rows alone, so that all numbers of the
   * screen are of one moment.
   */
  | { readonly type: 'progress'; readonly source: SourceState }
  | {
      readonly type: 'view'
      readonly seq: number
      readonly status: Status
      /** The requested range as it was resolved for all parts of this answer. */
      readonly time: TimeRange | null
      /** Where a sliding range ends in this answer: the end of the newest record. Null if no record has a time. */
      readonly newest: number | null
      readonly window: TableWindow
    }
  /**
   * Follows the rows of the view request with that number, unless the counts are those that were posted last. The facets
   * are in the order in which they were requested.
   */
  | {
      readonly type: 'counts'
      readonly seq: number
      readonly facets: readonly Facet[]
      readonly histogram: Histogram | null
      /** Whether the history or the capture was still being read, so that they count a part. */
      readonly isPartial: boolean
    }
  /** The answer to the question of that id. */
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly type: 'preloaded'; readonly complete: boolean }
  /** The answer to the check of that id. */
  | { readonly type: 'checked'; readonly id: number; readonly check: CaptureCheck }
  | ExportNewsMessage
  | PolicyNewsMessage
