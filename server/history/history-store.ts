/**
 * The history: what the gateway has stored of the clusters' records, beyond Goldmane's hour. One interface for two engines, DuckDB
 * and ClickHouse, and for the in-memory one of the tests. All times are Unix seconds; a range is [from, to).
 *
 * The unit that is written is a bucket of one cluster in one version: it is stored whole or not at all, and a bucket that
 * is held is replaced by a newer version, and only by one that is not poorer.
 */
import type { Expression } from '../../src/filter/tree/expression.ts'
import type { Counters, LabelledKey } from '../../src/flows/flow.ts'
import type { HistoryEngine } from '../../src/wire/history-status.ts'

export interface HistoryRange {
  readonly from: number
  readonly to: number
}

/** The 64-bit hash of a key with its labels (`entryId`), the same for every gateway that writes it. */
export type EntryId = bigint

/** One value for each row of a bucket; NaN where the counter is not recorded. Whole numbers up to 2^53. */
export interface CounterColumns {
  readonly packetsIn: Float64Array
  readonly packetsOut: Float64Array
  readonly bytesIn: Float64Array
  readonly bytesOut: Float64Array
  readonly numConnectionsStarted: Float64Array
  readonly numConnectionsCompleted: Float64Array
  readonly numConnectionsLive: Float64Array
}

/** All records of a cluster that begin in one bucket. */
export interface Bucket extends CounterColumns {
  readonly cluster: string
  /** A multiple of {@link BUCKET_SECONDS}. */
  readonly start: number
  /** How long each record is: 15, or 300 as from Goldmane's emitter; a multiple of 15. */
  readonly seconds: number
  /** A later version replaces an earlier one: Unix milliseconds of the writer's clock. */
  readonly version: number
  /** Which entry each row is of: ascending and distinct, so that a second try writes the same bytes. */
  readonly entries: BigUint64Array
  /** Resolves an entry of this bucket: asked only for those that the engine does not know yet. */
  readonly keyOf: (entry: EntryId) => LabelledKey
}

/**
 * `known`: this version, or a newer one, is held. `poorer`: the bucket that is held has more rows, and was kept. `too old`: the
 * engine deletes by itself what is of that time, and did not take it. Otherwise it was stored, and is there also after a crash.
 */
export type PutOutcome = 'stored' | 'known' | 'poorer' | 'too old'

export interface HeldBucket {
  readonly start: number
  readonly seconds: number
  readonly version: number
  readonly rows: number
}

/** A range of which records are missing and will not come. */
export interface HistoryGap extends HistoryRange {
  /** A sentence without a full stop: `The gateway did not run`. */
  readonly cause: string
}

/** What a question is asked of. */
export interface HistorySelection {
  readonly cluster: string
  readonly range: HistoryRange
  readonly filter: Expression
  /** Applied inside the SQL: a record is found when its source or its destination is in one of them. */
  readonly namespaces: 'all' | ReadonlySet<string>
  /** `raw`: records as they were stored. `hour`: the hourly roll-up, of hours that lie in the range as a whole or in part. */
  readonly grain: 'raw' | 'hour'
}

export interface HistoryLimits {
  /** Records that may be read, and rows of an answer. Over it: {@link HistoryError} `too large`. */
  readonly maxRows: number
  readonly maxMs: number
  /** Bytes. In DuckDB all questions share what the history was given, and the one that asks for more ends: `too much memory`. */
  readonly maxMemory: number
  readonly signal: AbortSignal
}

/** Sums over records. A counter is null where none of them has it. */
export interface HistorySums extends Counters {
  readonly records: number
  /** The least start and the greatest end of the records. */
  readonly first: number
  readonly last: number
}

/** The questions that are answered by sums. The rows of an answer are in no order unless one is named. */
export interface HistoryQueries {
  /** Of all that is selected: one row, or none. `keys` are distinct entries. */
  readonly totals: { readonly asked: object; readonly row: HistorySums & { readonly keys: number } }
  /**
   * Records by time and verdict, without sums, which cost three times as much and nobody draws. A bar is `width` seconds, a
   * multiple of 15, counted from `origin`. `step`: the records are counted as they are summed by so many seconds, one for
   * each key; 15 counts them as they came. Another one divides `origin` and `width`. Sorted by `start`.
   */
  readonly histogram: {
    readonly asked: { readonly origin: number; readonly width: number; readonly step: 15 | 3600 }
    readonly row: { readonly start: number; readonly action: string; readonly records: number }
  }
  /**
   * By value of fields of the registry: for each field the `top` values by records, ties by value. The filter's own clauses on a
   * field are left out for that field (`withoutField`). Label fields name the key: `src.label.app`.
   */
  readonly facets: {
    readonly asked: { readonly fields: readonly string[]; readonly top: number }
    readonly row: HistorySums & { readonly field: string; readonly value: string }
  }
  /**
   * By group or by signature (`flows/identity.ts`), with one entry as the example of each; the `top` by connections, then by
   * records, then by id.
   */
  readonly sets: {
    readonly asked: { readonly by: 'group' | 'signature'; readonly top: number }
    readonly row: HistorySums & { readonly id: bigint; readonly example: EntryId; readonly ports: number }
  }
  /**
   * By trace, reporter and the namespaces of the ends: `example` is the least entry of each. Sorted by it. Which policies and rules were
   * hit is in the traces, of which there are few, and a history has many entries.
   */
  readonly traces: { readonly asked: object; readonly row: HistorySums & { readonly example: EntryId } }
  /** By entry: one row for each, sorted by id. */
  readonly entries: { readonly asked: object; readonly row: HistorySums & { readonly entry: EntryId } }
}
export type HistoryQuestion = keyof HistoryQueries

export interface HistoryAnswer<Row> {
  readonly rows: readonly Row[]
  /** A clause that SQL cannot say was tested on so many entries after the query. 0 where SQL said it all. */
  readonly filteredAfter: number
  /** Why a part of the data is not in the answer, as when a shard is down: a sentence without a full stop. Null if it is whole. */
  readonly incomplete: string | null
}

/** Records of a selection, a page at a time, ascending by start and then by entry. */
export interface RecordPage extends CounterColumns {
  readonly starts: Float64Array
  readonly seconds: Float64Array
  /** Indexes into `keys` of this and all earlier pages of the answer, put together. */
  readonly keyIndexes: Uint32Array
  /** Keys that no earlier page had. */
  readonly keys: readonly LabelledKey[]
  readonly incomplete: string | null
}

/** How records are summed before they are sent: all of an entry whose start is in the same step, as one record. */
export interface RecordStep {
  /** Seconds, a multiple of 15: 15 sends each record as it is. */
  readonly step: number
}

/** From when to when something is kept. */
export interface KeptTimes {
  /** Of the raw records; null when there are none. */
  readonly oldest: number | null
  readonly newest: number | null
  /** Of the roll-up. */
  readonly oldestHour: number | null
}

/** Over all clusters. */
export interface HistoryStats extends KeptTimes {
  readonly engine: HistoryEngine
  readonly version: string
  /** On disk. */
  readonly bytes: number
  readonly rows: number
  readonly entries: number
  /** Files that are damaged and were set aside, by name: what they had is noted as gaps. */
  readonly damaged: readonly string[]
}

/** What came of a damaged file that was read back. */
export interface SalvagedFile {
  readonly file: string
  /** Records that are held again, or were held already. */
  readonly records: number
  /** Records that could not be read; null where it is not known how many there were. */
  readonly lost: number | null
}

/** A damaged file that could not be read back now. */
export interface PostponedFile {
  readonly file: string
  readonly why: string
}

export interface Salvage {
  readonly readBack: readonly SalvagedFile[]
  readonly postponed: readonly PostponedFile[]
}

export interface HistoryStore {
  readonly engine: HistoryEngine
  /** Opens or makes the tables. Throws {@link HistoryError}. */
  open(): Promise<void>
  /** Stores a closed bucket. Throws {@link HistoryError}; what was not acknowledged may be put again, as the same version. */
  put(bucket: Bucket): Promise<PutOutcome>
  /** The buckets that are held, sorted by start. */
  have(cluster: string, range: HistoryRange): Promise<readonly HeldBucket[]>
  /** Notes a gap. Gaps that touch and have one cause are one. */
  addGap(cluster: string, gap: HistoryGap): Promise<void>
  /** Sorted, cut to the range. Ranges that have come since are not in it. */
  gaps(cluster: string, range: HistoryRange): Promise<readonly HistoryGap[]>
  clusters(): Promise<readonly string[]>
  /** What is kept of one cluster: others may be recorded for longer. */
  keptTimes(cluster: string): Promise<KeptTimes>
  query<Question extends HistoryQuestion>(
    question: Question,
    asked: HistoryQueries[Question]['asked'],
    selection: HistorySelection,
    limits: HistoryLimits,
  ): Promise<HistoryAnswer<HistoryQueries[Question]['row']>>
  /** Ends with a {@link HistoryError} `too large` before the first page when there are more rows than the limit. */
  records(selection: HistorySelection, step: RecordStep, limits: HistoryLimits): AsyncIterable<RecordPage>
  /** The keys of entries, in their order. */
  keysOf(cluster: string, entries: readonly EntryId[]): Promise<readonly LabelledKey[]>
  /** Sums the records of closed hours that were not rolled up since they last changed. Idempotent. Returns how many hours. */
  rollUp(cluster: string, closedBefore: number): Promise<number>
  /** Deletes what ended before these times, in whole Unix seconds. Returns the rows that went. */
  drop(before: { readonly raw: number; readonly hours: number }): Promise<{ readonly rows: number }>
  /**
   * Reads what can be read of damaged files back into the history, beside all else. What is missing afterwards are gaps. Returns what
   * came of files that were not read back before. It may be ended by the signal, and begun anew.
   */
  salvage(signal: AbortSignal): Promise<Salvage>
  stats(): Promise<HistoryStats>
  close(): Promise<void>
}
