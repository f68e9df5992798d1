import type { RecordStore } from '../keys/record-store.ts'
import type { KeyDictionary } from '../keys/key-dictionary.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { TimeRange } from '../protocol.ts'
import { type SnapshotBounds, type ChunkSlice, isInRange, withHead } from '../columns/chunked-rows.ts'
import type { KeySums } from '../keys/key-sums.ts'
import { countRecordsByEntry, scanSums } from '../keys/scan-sums.ts'

/**
 * An immutable view of the rows within some bounds (a time range, a sequence number), with their sums. Rows that arrive
 * later are not in it. Sums are computed when they are first read.
 */
export class Snapshot {
  /** As they were asked for. */
  readonly wanted: SnapshotBounds
  /** The same in whole sums, where records are sums, and with the play head as the end of the range, if there is one. */
  readonly bounds: SnapshotBounds
  readonly keys: KeyDictionary
  readonly slices: readonly ChunkSlice[]
  /** The sizes of `keys` when the snapshot was made: flows and entries added later have no rows in it. */
  readonly flowCount: number
  readonly entryCount: number
  /** See `RecordStore.recordSeconds`. */
  readonly recordSeconds: number
  readonly #range: TimeRange | null
  readonly #store: RecordStore
  readonly #version: number
  readonly #evictions: number
  /**
   * Whether the snapshot holds every row of the store, so that the store's own sums are its sums and need no scan. Those
   * sums are not immutable: the next record changes them, and makes the snapshot outdated.
   */
  readonly #isAll: boolean
  #scannedSums: KeySums | null = null
  #scannedEntryRecords: Uint32Array | null = null
  /** Undefined until it was computed. */
  #span: TimeRange | null | undefined

  /**
   * With `ownsSums` it has its sums at once, and they stay as they are whatever becomes of the store: a snapshot that
   * outlives an answer needs that.
   */
  constructor(store: RecordStore, wanted: SnapshotBounds, { ownsSums = false } = {}) {
    this.#store = store
    this.wanted = wanted
    this.recordSeconds = store.recordSeconds
    this.#range = wanted.time === null ? null : inWholeSums(wanted.time, store.recordSeconds)
    const bounds = (this.bounds = withHead({ ...wanted, time: this.#range }))
    this.keys = store.keys
    this.#version = store.version
    this.#evictions = store.evictions
    this.slices = store.rows.slices(bounds)
    this.flowCount = store.keys.flowCount
    this.entryCount = store.keys.entryCount
    this.#isAll = !ownsSums && store.rows.includesAll(bounds)
    if (ownsSums) this.#scannedSums = scanSums(this.slices, bounds, this.keys)
  }

  /**
   * Whether a new snapshot of these bounds would be the same: the store has not changed, or it only appended rows that a
   * frozen view leaves out anyway.
   */
  isCurrentFor({ time, endSequence, until }: SnapshotBounds): boolean {
    const { wanted } = this
    const store = this.#store
    return (
      wanted.endSequence === endSequence &&
      (wanted.until ?? null) === (until ?? null) &&
      wanted.time?.from === time?.from &&
      wanted.time?.to === time?.to &&
      this.keys === store.keys &&
      this.recordSeconds === store.recordSeconds &&
      this.#evictions === store.evictions &&
      (this.#version === store.version || (Number.isFinite(endSequence) && !this.#isAll))
    )
  }

  /** Whether rows were only appended since `before`: its rows are the first ones of this snapshot, numbered alike. */
  isExtensionOf(before: Snapshot): boolean {
    const isUnbounded = ({ bounds: { time, endSequence } }: Snapshot): boolean =>
      time === null && !Number.isFinite(endSequence)
    return (
      isUnbounded(this) &&
      isUnbounded(before) &&
      this.keys === before.keys &&
      this.#evictions === before.#evictions
    )
  }

  /** Rows of all slices, those outside of the time range included. */
  get rowCount(): number {
    return this.slices.reduce((sum, { length }) => sum + length, 0)
  }

  /** Whether a flow may have two records with the same start, as in two captures that were joined. */
  get hasDuplicateStarts(): boolean {
    return this.#store.hasDuplicateStarts
  }

  /** The number of records by entry. Cheaper than {@link sums} where nothing else is needed: it reads one column. */
  get entryRecords(): Uint32Array {
    if (this.#isAll || this.#scannedSums !== null) return this.sums.entryRecords
    this.#scannedEntryRecords ??= countRecordsByEntry(this.slices, this.bounds, this.entryCount)
    return this.#scannedEntryRecords
  }

  get sums(): KeySums {
    if (this.#isAll) return this.#store.sums()
    this.#scannedSums ??= scanSums(this.slices, this.bounds, this.keys)
    return this.#scannedSums
  }

  /** The time range that was asked for, in whole sums, or else that of the rows. Null when no row has a time. */
  get span(): TimeRange | null {
    this.#span ??= this.#range ?? this.#spanOfRows()
    return this.#span
  }

  #spanOfRows(): TimeRange | null {
    let oldest = Number.POSITIVE_INFINITY
    let newest = 0
    for (const { chunk, length, allInRange } of this.slices) {
      if (allInRange && length === chunk.length) {
        oldest = Math.min(oldest, chunk.oldestKnownStart)
        newest = Math.max(newest, chunk.newestStart)
        continue
      }
      for (let row = 0; row < length; row++) {
        const start = chunk.starts[row]!
        if (!isInRange(this.bounds.time, start)) continue
        if (start !== 0) oldest = Math.min(oldest, start)
        newest = Math.max(newest, start)
      }
    }
    return oldest <= newest ? { from: oldest, to: newest + this.recordSeconds } : null
  }
}

/**
 * The range with its ends at those of sums. A sum that lies in the range in part is shown: what part of it happened in the
 * range is not known, and without it records that are kept would be missing.
 */
function inWholeSums({ from, to }: TimeRange, seconds: number): TimeRange {
  if (seconds <= BUCKET_SECONDS) return { from, to }
  return { from: Math.floor(from / seconds) * seconds, to: Math.ceil(to / seconds) * seconds }
}
