/**
 * The records that match at one moment, kept until they are read. An export reads them in batches, between which the
 * store goes on: it evicts chunks, and replaces the keys by a compacted copy. Neither loses a record here, because the
 * dictionary of that moment is kept, and of each chunk the array of entries that is numbered by it. What is kept longer
 * than the store would keep it is at most what the store held at that moment.
 */
import { COLUMN_COUNT, END_COLUMN, FIRST_COUNTER_COLUMN, START_COLUMN, type Chunk } from '../columns/chunk.ts'
import { isInRange } from '../columns/chunked-rows.ts'
import type { Flow, LabelledKey } from '../../flows/flow.ts'
import { ensure } from '../../lib/assert.ts'
import type { KeyDictionary } from '../keys/key-dictionary.ts'
import type { TimeRange } from '../protocol.ts'
import { type Match, type QueryContext, recordsOf } from './matching-rows.ts'

/** Decoded keys that are kept: neighbouring records share a few hundred. */
const MAX_CACHED_KEYS = 4096

interface RetainedSlice {
  readonly chunk: Chunk
  /** As the chunk had them: it replaces this array when keys were compacted. */
  readonly entries: Uint32Array
  readonly length: number
  /** The number of the slice's first record. */
  readonly base: number
  /** By row whether it matches; null where that follows from the entry and the time. */
  readonly bits: Uint8Array | null
}

export class RetainedRecords {
  /** How many records match. */
  readonly total: number
  readonly #keys: KeyDictionary
  readonly #slices: readonly RetainedSlice[]
  readonly #matches: Uint8Array
  readonly #time: TimeRange | null
  readonly #labelledKeys = new Map<number, LabelledKey>()
  readonly #values = new Float64Array(COLUMN_COUNT)
  /** Where {@link next} goes on. */
  #slice = 0
  #row = 0

  /** Of a match of intervals these; of another match the records that its rows sum. */
  constructor(match: Match, { snapshot }: QueryContext) {
    this.total = recordsOf(match)
    this.#keys = snapshot.keys
    this.#matches = match.entries
    this.#time = snapshot.bounds.time
    let base = 0
    this.#slices = snapshot.slices.map(({ chunk, length }, at) => {
      const slice = { chunk, entries: chunk.entries, length, base, bits: match.rows?.[at] ?? null }
      base += length
      return slice
    })
  }

  /**
   * The next records in the order of their arrival, at most `limit`; none at the end. `change` is made to each key with
   * its labels, and has to be the same for all calls.
   */
  next(limit: number, change = unchanged): readonly Flow[] {
    const flows: Flow[] = []
    this.visitNext((entry, values) => flows.push(flowOf(this.labelledKey(entry, change), values)) < limit)
    return flows
  }

  /**
   * Calls `visit` with the entry and the values of each of the next records, until it returns false. `values`, by column
   * index, are those of this call alone.
   */
  visitNext(visit: (entry: number, values: Float64Array) => boolean): void {
    for (; this.#slice < this.#slices.length; this.#slice++, this.#row = 0) {
      const slice = this.#slices[this.#slice]!
      while (this.#row < slice.length) {
        const row = this.#row++
        if (!this.#isMatch(slice, row)) continue
        slice.chunk.read(row, this.#values)
        if (!visit(slice.entries[row]!, this.#values)) return
      }
    }
  }

  /** Passes over the next records, so many of them. */
  skip(count: number): void {
    let left = count
    for (; this.#slice < this.#slices.length; this.#slice++, this.#row = 0) {
      const slice = this.#slices[this.#slice]!
      for (; this.#row < slice.length; this.#row++) {
        if (left === 0) return
        if (this.#isMatch(slice, this.#row)) left--
      }
    }
  }

  /** The record of a number, which counts through the slices of the snapshot, as the rows of intervals do. */
  at(item: number): Flow {
    const slice = ensure(
      this.#slices.findLast(({ base }) => base <= item),
      'an item lies in a slice',
    )
    slice.chunk.read(item - slice.base, this.#values)
    return flowOf(this.labelledKey(slice.entries[item - slice.base]!), this.#values)
  }

  /** The key and the labels of an entry, after `change`. */
  labelledKey(entry: number, change = unchanged): LabelledKey {
    const cached = this.#labelledKeys.get(entry)
    if (cached !== undefined) return cached
    const labelled = change(this.#keys.labelledKeyOf(entry))
    if (this.#labelledKeys.size >= MAX_CACHED_KEYS) this.#labelledKeys.clear()
    this.#labelledKeys.set(entry, labelled)
    return labelled
  }

  #isMatch({ chunk, entries, bits }: RetainedSlice, row: number): boolean {
    if (bits !== null) return bits[row] === 1
    return this.#matches[entries[row]!] === 1 && isInRange(this.#time, chunk.value(START_COLUMN, row))
  }
}

function unchanged(labelledKey: LabelledKey): LabelledKey {
  return labelledKey
}

/** A record of an entry. Field by field: to spread the parts takes ten times as long. */
function flowOf({ key, sourceLabels, destLabels }: LabelledKey, values: Float64Array): Flow {
  return {
    key,
    sourceLabels,
    destLabels,
    startTime: values[START_COLUMN]!,
    endTime: values[END_COLUMN]!,
    packetsIn: orNull(values[FIRST_COUNTER_COLUMN]!),
    packetsOut: orNull(values[FIRST_COUNTER_COLUMN + 1]!),
    bytesIn: orNull(values[FIRST_COUNTER_COLUMN + 2]!),
    bytesOut: orNull(values[FIRST_COUNTER_COLUMN + 3]!),
    numConnectionsStarted: orNull(values[FIRST_COUNTER_COLUMN + 4]!),
    numConnectionsCompleted: orNull(values[FIRST_COUNTER_COLUMN + 5]!),
    numConnectionsLive: orNull(values[FIRST_COUNTER_COLUMN + 6]!),
  }
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
