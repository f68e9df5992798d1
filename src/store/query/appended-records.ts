/** Reads the records of a store in the order of their arrival, batch by batch while more of them come. */
import type { Flow, LabelledKey } from '../../flows/flow.ts'
import { COLUMN_COUNT, END_COLUMN, FIRST_COUNTER_COLUMN, START_COLUMN } from '../columns/chunk.ts'
import { toCounters } from '../keys/counter-sums.ts'
import type { RecordStore } from '../keys/record-store.ts'

/** Decoded keys that are kept: neighbouring records share a few hundred. */
const MAX_CACHED_KEYS = 4096

export class AppendedRecords {
  /** Records that were evicted before they were read. */
  missed = 0
  readonly #store: RecordStore
  /** The sequence number of the next record. */
  #next: number
  /** Records that were held at the beginning and are not read yet; what is missing of them then was evicted. */
  #unread: number
  readonly #begun: number
  #keys: unknown = null
  readonly #labelledKeys = new Map<number, LabelledKey>()
  readonly #values = new Float64Array(COLUMN_COUNT)
  readonly #counters = this.#values.subarray(FIRST_COUNTER_COLUMN)

  /** From the next record that arrives, or also those that are held. */
  constructor(store: RecordStore, from: 'now' | 'held') {
    this.#store = store
    this.#begun = store.rows.appended
    this.#next = from === 'now' ? this.#begun : 0
    this.#unread = from === 'now' ? 0 : store.rows.length
  }

  /** The next records, at most `limit`; none when all that arrived were read. */
  next(limit: number): readonly Flow[] {
    const flows: Flow[] = []
    const { rows } = this.#store
    for (const chunk of rows.chunks) {
      if (chunk.firstSequence + chunk.length <= this.#next) continue
      this.#skipTo(chunk.firstSequence)
      while (this.#next < chunk.firstSequence + chunk.length) {
        if (flows.length === limit) return flows
        flows.push(this.#flow(chunk, this.#next - chunk.firstSequence))
        if (this.#next < this.#begun) this.#unread--
        this.#next++
      }
    }
    this.#skipTo(rows.appended)
    return flows
  }

  /** Leaves out what was evicted since the last record that was read, without counting it as missed. */
  skipEvicted(): void {
    const { rows } = this.#store
    const held = rows.chunks.find(({ firstSequence, length }) => firstSequence + length > this.#next)
    this.#next = Math.max(this.#next, held?.firstSequence ?? rows.appended)
  }

  /** What lies between the next record and `sequence` was evicted; before the beginning perhaps long ago. */
  #skipTo(sequence: number): void {
    if (sequence > this.#next) {
      this.missed += Math.max(0, sequence - Math.max(this.#next, this.#begun))
      this.#next = sequence
    }
    if (this.#next < this.#begun) return
    this.missed += this.#unread
    this.#unread = 0
  }

  #flow(chunk: RecordStore['rows']['chunks'][number], row: number): Flow {
    const values = this.#values
    chunk.read(row, values)
    return {
      ...this.#labelledKey(chunk.entries[row]!),
      startTime: values[START_COLUMN]!,
      endTime: values[END_COLUMN]!,
      ...toCounters(this.#counters),
    }
  }

  /** The same object for an entry, so that the text of its key is made once. */
  #labelledKey(entry: number): LabelledKey {
    const { keys } = this.#store
    if (this.#keys !== keys || this.#labelledKeys.size >= MAX_CACHED_KEYS) this.#labelledKeys.clear()
    this.#keys = keys
    const cached = this.#labelledKeys.get(entry)
    if (cached !== undefined) return cached
    const labelled = keys.labelledKeyOf(entry)
    this.#labelledKeys.set(entry, labelled)
    return labelled
  }
}
