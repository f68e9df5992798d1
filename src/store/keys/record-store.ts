/**
 * The store: every record held, in columns. It takes records in, keeps within its memory budget, and counts what it
 * drops; a FlowView asks the questions. No page and no worker in here: it is plain computation.
 */
import { decodeFlow } from '../../wire/decode-message.ts'
import type { Refusal } from '../../capture/format/refusal.ts'
import type { Flow, FlowKey } from '../../flows/flow.ts'
import { GapDetector } from '../columns/gap-detector.ts'
import { COLUMN_COUNT, FIRST_COUNTER_COLUMN, END_COLUMN, START_COLUMN } from '../columns/chunk.ts'
import { compactKeys } from './compact-keys.ts'
import { KeyDictionary } from './key-dictionary.ts'
import type { Holdings } from '../protocol.ts'
import { ChunkedRows } from '../columns/chunked-rows.ts'
import { KeySums } from './key-sums.ts'
import { WireKeyInterner } from './wire-key-interner.ts'
import { MalformedRecordError, RecordReader } from '../../wire/record-reader.ts'

export interface StoreOptions {
  /** Bytes of memory that records and keys may take. One full chunk and the open one are held in any case. */
  readonly budget: number
  /**
   * Of a live source a record that is not newer than the last one of its key is a duplicate, because back-fill after a
   * reconnect overlaps what is held; and buckets without any record are gaps. A capture is taken as it is.
   */
  readonly live: boolean
  /** Rows in a chunk, which is what is dropped at once; for tests. */
  readonly chunkRows?: number
}

interface CachedEntry {
  readonly sourceLabels: readonly string[]
  readonly destLabels: readonly string[]
  readonly entry: number
}

const CHUNK_ROWS = 65_536
/** The first refusals are kept, all are counted. */
const MAX_KEPT_REFUSALS = 100
const REFUSAL_EXCERPT_BYTES = 24
/** How often the budget is looked at within a chunk: keys take memory too. */
const BUDGET_CHECK_ROWS = 4096
/** The share of unused entries from which on copying the others pays. */
const MAX_UNUSED_ENTRY_SHARE = 0.25
const BYTES_PER_ID = 40

export class RecordStore {
  readonly live: boolean
  readonly rows: ChunkedRows
  /** Replaced as a whole when unused keys are reclaimed: whoever caches by its codes compares this object. */
  keys = new KeyDictionary()
  readonly gapDetector = new GapDetector()
  /** Counts changes of what is held: answers of one version agree. */
  version = 0
  /** Counts evictions: below a mark, nothing else changes. */
  evictions = 0
  /** Whether a flow may have two records of one start, as where two captures were joined. Live, those are duplicates. */
  hasDuplicateStarts = false
  #budget: number
  #sums = new KeySums()
  /** Whether rows were taken out of `kept` since its times were last found. */
  #timesAreStale = false
  #interner = new WireKeyInterner(this.keys)
  readonly #reader = new RecordReader()
  readonly #values = new Float64Array(COLUMN_COUNT)
  /** The entry of each live FlowResult.id. */
  #ids = new Map<number, number>()
  /** By key: its entry. Readers of captures give one object again where the key is the same. */
  #entryCache = new WeakMap<FlowKey, CachedEntry>()
  #duplicates = 0
  #refused = 0
  #unknown = 0
  readonly #firstRefusals: Refusal[] = []

  constructor({ budget, live, chunkRows = CHUNK_ROWS }: StoreOptions) {
    this.#budget = budget
    this.live = live
    this.rows = new ChunkedRows(chunkRows)
  }

  /** Bytes as in {@link StoreOptions.budget}; the oldest records leave at once where it is too small. */
  setBudget(budget: number): void {
    this.#budget = budget
    this.#evictToBudget()
  }

  /** Takes a record of the vocabulary, as text captures give them. */
  append(flow: Flow): void {
    const values = this.#values
    values[START_COLUMN] = orZero(flow.startTime)
    values[END_COLUMN] = orZero(flow.endTime)
    values[FIRST_COUNTER_COLUMN] = orZero(flow.packetsIn)
    values[FIRST_COUNTER_COLUMN + 1] = orZero(flow.packetsOut)
    values[FIRST_COUNTER_COLUMN + 2] = orZero(flow.bytesIn)
    values[FIRST_COUNTER_COLUMN + 3] = orZero(flow.bytesOut)
    values[FIRST_COUNTER_COLUMN + 4] = flow.numConnectionsStarted ?? Number.NaN
    values[FIRST_COUNTER_COLUMN + 5] = flow.numConnectionsCompleted ?? Number.NaN
    values[FIRST_COUNTER_COLUMN + 6] = flow.numConnectionsLive ?? Number.NaN
    this.#add(this.#entryOf(flow))
  }

  #entryOf(flow: Flow): number {
    const met = this.#entryCache.get(flow.key)
    if (met?.sourceLabels === flow.sourceLabels && met.destLabels === flow.destLabels) return met.entry
    const entry = this.keys.internLabelledKey(flow)
    const { key, sourceLabels, destLabels } = flow
    this.#entryCache.set(key, { sourceLabels, destLabels, entry })
    return entry
  }

  /** Takes one encoded goldmane.FlowResult, as Flows.Stream sends them. A malformed one is counted as refused. */
  appendResult(message: Uint8Array): void {
    this.#appendEncoded(message, true)
  }

  /** Takes one encoded goldmane.Flow, as length-delimited captures hold them. A malformed one is counted as refused. */
  appendFlowMessage(message: Uint8Array): void {
    this.#appendEncoded(message, false)
  }

  /**
   * Counts what a capture's reader refused, and the values that it kept as unknown. `refused` is how many things it
   * refused, where it does not show all of them.
   */
  addRefusals(refusals: readonly Refusal[], unknown: number, refused = refusals.length): void {
    this.#refused += refused
    this.#unknown += unknown
    this.#firstRefusals.push(...refusals.slice(0, MAX_KEPT_REFUSALS - this.#firstRefusals.length))
  }

  /** Call when a stream was opened again: the ids may be another server run's. */
  clearIds(): void {
    this.#ids.clear()
  }

  /** From where on to ask after a reconnect: the start of the newest bucket held. Null when nothing is held. */
  resumeFrom(): number | null {
    const newest = Math.max(...this.rows.chunks.map((chunk) => chunk.newestStart))
    return newest > 0 ? newest : null
  }

  holdings(): Holdings {
    const { rows } = this
    const kept = this.#sums
    const oldest = Math.min(...rows.chunks.map((chunk) => chunk.oldestKnownStart))
    const newest = Math.max(...rows.chunks.map((chunk) => chunk.newestEnd))
    return {
      records: rows.length,
      keys: kept.flowCount,
      bytes: this.#bytes(),
      evicted: rows.evicted,
      duplicates: this.#duplicates,
      refused: this.#refused,
      unknown: this.#unknown,
      oldest: Number.isFinite(oldest) ? oldest : null,
      newest: newest > 0 && Number.isFinite(newest) ? newest : null,
      gaps: this.live ? this.gapDetector.gapCount() : 0,
    }
  }

  /** The first refusals, at most 100. */
  refusals(): readonly Refusal[] {
    return this.#firstRefusals
  }

  /** The sums of all rows held. */
  sums(): KeySums {
    this.#sums.reserve(this.keys)
    if (this.#timesAreStale) {
      this.#sums.recomputeTimes(this.rows, this.keys)
      this.#timesAreStale = false
    }
    return this.#sums
  }

  #appendEncoded(message: Uint8Array, isResult: boolean): void {
    const record = this.#reader
    try {
      if (isResult) record.readResult(message)
      else record.readFlow(message)
      if (!record.isExact) {
        this.#appendDecoded(message, isResult)
        return
      }
      const hint = isResult ? (this.#ids.get(record.id) ?? -1) : -1
      const entry = this.#interner.internEntry(record, hint)
      if (isResult && entry !== hint) this.#ids.set(record.id, entry)
      this.#unknown += this.#interner.unknownValues
      const { numbers } = record
      this.#values[START_COLUMN] = numbers[2]!
      this.#values[END_COLUMN] = numbers[3]!
      for (let field = 6; field <= 12; field++)
        this.#values[FIRST_COUNTER_COLUMN + field - 6] = numbers[field]!
      this.#add(entry)
    } catch (error) {
      this.addRefusals([refusalOf(message, error)], 0)
    }
  }

  /** The long way, for encodings that our reader leaves to a general decoder. */
  #appendDecoded(message: Uint8Array, isResult: boolean): void {
    const flow = decodeFlow(message, isResult ? 'FlowResult' : 'Flow')
    if (flow === undefined) throw new MalformedRecordError('a flow without a key')
    this.append(flow)
  }

  #add(entry: number): void {
    const { rows, live } = this
    const values = this.#values
    const flow = this.keys.flowOf[entry]!
    const start = values[START_COLUMN]!
    const sums = live ? this.sums() : this.#sums
    sums.reserve(this.keys)
    if (live && sums.records[flow]! > 0 && start <= sums.newestStart[flow]!) {
      this.#duplicates++
      return
    }
    if (sums.records[flow]! > 0 && start >= sums.first[flow]! && start <= sums.newestStart[flow]!)
      this.hasDuplicateStarts = true
    rows.append(entry, values)
    sums.add(flow, entry, values)
    if (live) this.gapDetector.add(start)
    this.version++
    if (rows.isOpenChunkFull || rows.appended % BUDGET_CHECK_ROWS === 0) this.#evictToBudget()
  }

  #bytes(): number {
    return this.rows.byteLength + this.keys.byteLength + this.#sums.byteLength + this.#ids.size * BYTES_PER_ID
  }

  /** Drops the oldest chunks until what is left fits the budget. */
  #evictToBudget(): void {
    // A full chunk means that the next row opens another one, of about the same size.
    const next = this.rows.isOpenChunkFull ? (this.rows.chunks.at(-1)?.byteLength ?? 0) : 0
    // Keys alone can be over it. Without a full chunk beside it, an open one of few rows would be all that is left.
    const least = this.rows.isOpenChunkFull ? 1 : 2
    while (this.rows.chunks.length > least && this.#bytes() + next > this.#budget) {
      const gone = this.rows.evictOldest()
      if (gone === undefined) return
      const values = new Float64Array(COLUMN_COUNT)
      for (let row = 0; row < gone.length; row++) {
        const entry = gone.entries[row]!
        gone.read(row, values)
        this.#sums.subtract(this.keys.flowOf[entry]!, entry, values)
        if (this.live) this.gapDetector.remove(values[START_COLUMN]!)
      }
      this.#timesAreStale = true
      this.evictions++
      this.version++
      if (this.keys.entryCount - this.#sums.entryCount > this.keys.entryCount * MAX_UNUSED_ENTRY_SHARE)
        this.#compactKeys()
    }
  }

  /** Forgets the keys that no row uses any more. */
  #compactKeys(): void {
    const sums = this.sums()
    const { keys, flows, entries } = compactKeys(this.keys, sums)
    for (const chunk of this.rows.chunks) {
      for (let row = 0; row < chunk.length; row++) chunk.entries[row] = entries[chunk.entries[row]!]!
    }
    this.#sums = sums.renumbered(keys, flows, entries)
    this.keys = keys
    this.#interner = new WireKeyInterner(keys)
    this.#entryCache = new WeakMap()
    this.#ids = new Map(
      [...this.#ids].flatMap(([id, entry]) => (entries[entry]! < 0 ? [] : [[id, entries[entry]!]])),
    )
  }
}

function orZero(value: number): number {
  return Number.isFinite(value) ? value : 0
}

/** Why a record was refused, and how it began. */
function refusalOf(message: Uint8Array, error: unknown): Refusal {
  const excerpt = Array.from(message.subarray(0, REFUSAL_EXCERPT_BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  )
  const reason = error instanceof Error ? error.message : String(error)
  return { line: null, column: null, reason: `Malformed record: ${reason}`, excerpt: excerpt.join(' ') }
}
