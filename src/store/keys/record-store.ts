/**
 * The store of records, in columns: it appends records, evicts the oldest ones to stay within its memory budget, and
 * counts what it drops. Queries are in FlowView. It is plain computation that knows neither the page nor the worker.
 */
import type { Refusal } from '../../capture/format/refusal.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { Flow, FlowKey } from '../../flows/flow.ts'
import { GapDetector } from '../columns/gap-detector.ts'
import { COLUMN_COUNT, END_COLUMN, START_COLUMN } from '../columns/chunk.ts'
import { BucketMembership } from './bucket-membership.ts'
import { setCounters } from './counter-sums.ts'
import { KeyCompaction } from './key-compaction.ts'
import { KeyDictionary } from './key-dictionary.ts'
import type { Holdings } from '../protocol.ts'
import { ChunkedRows } from '../columns/chunked-rows.ts'
import { RecordDecoder } from './record-decoder.ts'
import { RefusalLog } from './refusal-log.ts'
import { KeySums } from './key-sums.ts'

export interface StoreOptions {
  /** The bytes of memory that records and keys may take. A full chunk and the open one are never evicted. */
  readonly budget: number
  /**
   * Whether records come from a live source. Then a record is dropped as a duplicate if its key has one of the same
   * bucket, because the back-fill after a reconnect overlaps what is held, or if it is not newer than what was evicted;
   * and buckets without any record are gaps. A capture is stored as it is.
   */
  readonly live: boolean
  /** Rows in a chunk, which is evicted as a whole; 65,536 except in tests. */
  readonly chunkRows?: number
  /** Entries that are copied in a slice of a compaction; 512 except in tests. */
  readonly sliceEntries?: number
}

/** The entry of a decoded key with these label lists, compared by identity. */
interface CachedEntry {
  readonly sourceLabels: readonly string[]
  readonly destLabels: readonly string[]
  readonly entry: number
}

const CHUNK_ROWS = 65_536
/** The budget is checked after this many rows too, not only when a chunk is full, because keys also take memory. */
const BUDGET_CHECK_ROWS = 4096
/** Keys are compacted when a greater share of the entries has no rows: below, copying the rest costs more than it frees. */
const MAX_UNUSED_ENTRY_SHARE = 0.25
/** A slice of a compaction copies so many entries, in about a millisecond. */
const SLICE_ENTRIES = 512
/** So many entries are copied for each record that arrives, so that a compaction ends although these bring new ones. */
const ENTRIES_PER_ROW = 16
/** A compaction begins with so many slices at once: where keys are few, it is done then. */
const FIRST_SLICES = 8

export class RecordStore {
  readonly live: boolean
  readonly rows: ChunkedRows
  /** Replaced by a compacted copy when many keys are unused. A cache by its codes or entries must compare this object. */
  keys = new KeyDictionary()
  readonly gapDetector = new GapDetector()
  /** The seconds that each record is of: more than a bucket where records are sums. */
  recordSeconds = BUCKET_SECONDS
  /** Incremented by every append and eviction: two snapshots of one version have the same rows. */
  version = 0
  /** Incremented by every eviction, the only thing that changes the rows of a frozen view. */
  evictions = 0
  /**
   * Whether a flow may have two records of one start, as in two captures that were joined: the ids of intervals then
   * need a count. It may also be true because of a record out of order. False for a live store, which drops duplicates.
   */
  hasDuplicateStarts = false
  #budget: number
  #sums = new KeySums()
  /** Whether rows were subtracted from `#sums` since its times were computed. */
  #timesAreStale = false
  #decoder: RecordDecoder
  readonly #values = new Float64Array(COLUMN_COUNT)
  /** The compaction of the keys that is going on, in slices between the records that arrive. */
  #compaction: KeyCompaction | null = null
  readonly #sliceEntries: number
  /** The entry by key object: readers of captures cache keys and return the same object for an equal key. */
  #entryCache = new WeakMap<FlowKey, CachedEntry>()
  #duplicates = 0
  /** Null for a capture. */
  readonly #membership: BucketMembership | null
  /** The greatest start of an evicted record: whether an older one was held before is not known any more. */
  #evictedThrough = 0
  readonly #refusals = new RefusalLog()
  /** How many enum values were outside of api.proto's. */
  #unknownValues = 0

  constructor({ budget, live, chunkRows = CHUNK_ROWS, sliceEntries = SLICE_ENTRIES }: StoreOptions) {
    this.#budget = budget
    this.#sliceEntries = sliceEntries
    this.#decoder = new RecordDecoder(this.keys, budget)
    this.live = live
    this.rows = new ChunkedRows(chunkRows)
    this.#membership = live ? new BucketMembership(this.rows) : null
  }

  /** Changes the budget, in bytes as in {@link StoreOptions.budget}, and evicts at once if it is exceeded. */
  setBudget(budget: number): void {
    if (budget < this.#budget && this.#compaction !== null) this.#finishCompaction(this.#compaction)
    this.#budget = budget
    this.#evictToBudget({ atOnce: true })
  }

  /**
   * Runs a slice of the compaction of keys that is going on, if any. Returns whether there is more to do. Appended records
   * do the same; it is for when no more come.
   */
  compactFurther(): boolean {
    if (this.#compaction?.run(this.#sliceEntries) === true) {
      this.#finishCompaction(this.#compaction)
      this.#evictToBudget()
    }
    return this.#compaction !== null
  }

  /** Appends a decoded record, as text captures have them. A time that is not finite counts as 0. */
  append(flow: Flow): void {
    const values = this.#values
    values[START_COLUMN] = finiteOrZero(flow.startTime)
    values[END_COLUMN] = finiteOrZero(flow.endTime)
    setCounters(values, flow)
    this.#add(this.#entryOf(flow))
  }

  #entryOf(flow: Flow): number {
    const cached = this.#entryCache.get(flow.key)
    if (cached?.sourceLabels === flow.sourceLabels && cached.destLabels === flow.destLabels)
      return cached.entry
    const entry = this.keys.internLabelledKey(flow)
    const { key, sourceLabels, destLabels } = flow
    this.#entryCache.set(key, { sourceLabels, destLabels, entry })
    return entry
  }

  /** Appends an encoded goldmane.FlowResult, as Flows.Stream sends them. A malformed one is counted as refused. */
  appendResult(message: Uint8Array): void {
    this.#appendEncoded(message, true)
  }

  /** Appends an encoded goldmane.Flow, as length-delimited captures hold them. A malformed one is counted as refused. */
  appendFlowMessage(message: Uint8Array): void {
    this.#appendEncoded(message, false)
  }

  /**
   * Counts what a capture's reader refused, and how many enum values it kept as unknown. `refused` is the number of
   * refusals, if `refusals` are only some of them.
   */
  addRefusals(refusals: readonly Refusal[], unknown: number, refused = refusals.length): void {
    this.#refusals.add(refusals, refused)
    this.#unknownValues += unknown
  }

  /** Must be called when a stream was reopened: Goldmane may have restarted, and ids do not survive that. */
  clearIds(): void {
    this.#decoder.clearIds()
  }

  /** Where to resume a broken stream: the start of the newest bucket held, Unix seconds. Null when nothing is held. */
  resumeFrom(): number | null {
    const newest = Math.max(...this.rows.chunks.map((chunk) => chunk.newestStart))
    return newest > 0 ? newest : null
  }

  holdings(): Holdings {
    const { rows } = this
    const oldest = Math.min(...rows.chunks.map((chunk) => chunk.oldestKnownStart))
    const newest = Math.max(...rows.chunks.map((chunk) => chunk.newestEnd))
    return {
      records: rows.length,
      keys: this.#sums.flowCount,
      bytes: this.#bytes(),
      evicted: rows.evicted,
      duplicates: this.#duplicates,
      refused: this.#refusals.count,
      unknown: this.#unknownValues,
      oldest: Number.isFinite(oldest) ? oldest : null,
      newest: newest > 0 && Number.isFinite(newest) ? newest : null,
      gaps: this.live ? this.gapDetector.gapCount() : 0,
    }
  }

  /** The first refusals, at most 300. */
  refusals(): readonly Refusal[] {
    return this.#refusals.first
  }

  /** The sums of all rows held, with up-to-date times. They change with the next append. */
  sums(): KeySums {
    this.#sums.reserve(this.keys)
    if (this.#timesAreStale) {
      this.#sums.recomputeTimes(this.rows, this.keys)
      this.#timesAreStale = false
    }
    return this.#sums
  }

  #appendEncoded(message: Uint8Array, isResult: boolean): void {
    const decoder = this.#decoder
    const values = this.#values
    try {
      const entry = isResult ? decoder.decodeResult(message, values) : decoder.decodeFlow(message, values)
      this.#unknownValues += decoder.unknownValues
      this.#add(entry)
    } catch (error) {
      this.#refusals.addMalformed(message, error)
    }
  }

  #add(entry: number): void {
    const { rows } = this
    const membership = this.#membership
    const values = this.#values
    const flow = this.keys.flowOf[entry]!
    const start = values[START_COLUMN]!
    const sums = membership === null ? this.#sums : this.sums()
    sums.reserve(this.keys)
    if (sums.records[flow]! > 0 && start <= sums.newestStart[flow]!) {
      if (membership === null) {
        if (start >= sums.first[flow]!) this.hasDuplicateStarts = true
      } else if (start <= this.#evictedThrough || membership.has(flow, start, this.keys)) {
        this.#duplicates++
        return
      }
    }
    rows.append(entry, values)
    sums.add(flow, entry, values)
    membership?.add(flow, start)
    if (membership !== null) this.gapDetector.add(start)
    this.version++
    if (this.#compaction !== null) {
      const rowsPerSlice = Math.max(1, Math.floor(this.#sliceEntries / ENTRIES_PER_ROW))
      if (rows.appended % rowsPerSlice === 0) this.compactFurther()
    } else if (rows.isOpenChunkFull || rows.appended % BUDGET_CHECK_ROWS === 0) this.#evictToBudget()
  }

  #bytes(): number {
    return this.rows.byteLength + this.keys.byteLength + this.#sums.byteLength + this.#decoder.byteLength
  }

  /**
   * Evicts the oldest chunks until the rest fits the budget. While keys are compacted nothing is evicted, since nobody
   * knows what that frees; `atOnce` waits for it.
   */
  #evictToBudget({ atOnce } = { atOnce: false }): void {
    // When the open chunk is full, the next row allocates another one of about the same size.
    const next = this.rows.isOpenChunkFull ? (this.rows.chunks.at(-1)?.byteLength ?? 0) : 0
    // Keys alone may exceed the budget. A full chunk stays beside the open one, which may have only a few rows.
    const minChunks = this.rows.isOpenChunkFull ? 1 : 2
    while (
      this.#compaction === null &&
      this.rows.chunks.length > minChunks &&
      this.#bytes() + next > this.#budget
    ) {
      if (!this.#evictOldest()) return
      const unused = this.keys.entryCount - this.#sums.entryCount
      if (unused <= this.keys.entryCount * MAX_UNUSED_ENTRY_SHARE) continue
      const compaction = new KeyCompaction(this.keys, this.#sums, this.rows)
      this.#compaction = compaction
      if (atOnce || compaction.run(FIRST_SLICES * this.#sliceEntries)) this.#finishCompaction(compaction)
    }
  }

  #finishCompaction(compaction: KeyCompaction): void {
    const { keys, sums } = compaction.finish()
    this.#compaction = null
    this.#sums = sums
    this.keys = keys
    this.#decoder = new RecordDecoder(keys, this.#budget)
    this.#entryCache = new WeakMap()
    this.#membership?.clear()
  }

  #evictOldest(): boolean {
    const evicted = this.rows.evictOldest()
    if (evicted === undefined) return false
    this.#membership?.clear()
    this.#evictedThrough = Math.max(this.#evictedThrough, evicted.newestStart)
    const values = new Float64Array(COLUMN_COUNT)
    for (let row = 0; row < evicted.length; row++) {
      const entry = evicted.entries[row]!
      evicted.read(row, values)
      this.#sums.subtract(this.keys.flowOf[entry]!, entry, values)
      if (this.live) this.gapDetector.remove(values[START_COLUMN]!)
    }
    this.#timesAreStale = true
    this.evictions++
    this.version++
    return true
  }
}

function finiteOrZero(value: number): number {
  return Number.isFinite(value) ? value : 0
}
