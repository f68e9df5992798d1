import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { decodeLabels } from '../../../src/wire/decode-blob.ts'
import { keyFromMessage } from '../../../src/wire/flow-message.ts'
import { RecordReader } from '../../../src/wire/record-reader.ts'
import type { EntryTable } from './entry-table.ts'
import { endOfRecordAt, entryAt, type HeldBucket, isRawAt } from './held-bucket.ts'
import { readCountersAt } from './record-scan.ts'

/** Of goldmane.Flow. */
const START_TIME = 2
const END_TIME = 3

/**
 * The published records of one bucket as they were when this was made, in order of arrival, each with a key of its own. Its
 * entries are kept until `release`, also when the bucket leaves the ring meanwhile.
 */
export class BucketSnapshot {
  /** Unix seconds. */
  readonly start: number
  readonly count: number
  readonly #table: EntryTable
  readonly #bucket: HeldBucket
  readonly #entries: Uint32Array
  /** Where each record begins. */
  readonly #positions: Uint32Array
  readonly #reader = new RecordReader()

  constructor(table: EntryTable, bucket: HeldBucket) {
    this.start = bucket.start
    this.count = bucket.publishedCount
    this.#table = table
    this.#bucket = bucket
    this.#entries = new Uint32Array(this.count)
    this.#positions = new Uint32Array(this.count)
    const { data } = bucket
    for (let row = 0, at = 0; row < this.count; row++) {
      const entry = entryAt(data, at)
      table.retain(entry)
      this.#entries[row] = entry
      this.#positions[row] = at
      at = endOfRecordAt(data, at)
    }
  }

  /** The number of the row's entry in the ring, which is given to another one when this one is freed. */
  entryOf(row: number): number {
    return this.#entries[row]!
  }

  /** Differs when the entry's number has been given to another entry since: see `EntryTable.serialOf`. */
  serialOf(row: number): number {
    return this.#table.serialOf[this.#entries[row]!]!
  }

  /** Throws what protobuf-es does for a key, and TypeError for a label, that cannot be decoded. */
  decode(row: number): LabelledKey {
    const entry = this.#entries[row]!
    const { keyOf, labels, sourceLabelsOf, destLabelsOf } = this.#table
    return {
      key: keyFromMessage(this.#table.decodeKey(keyOf[entry]!)),
      sourceLabels: decodeLabels(labels.bytesOf(sourceLabelsOf[entry]!)),
      destLabels: decodeLabels(labels.bytesOf(destLabelsOf[entry]!)),
    }
  }

  /** Reads the counters into the elements 6 to 12, which are their field numbers in goldmane.Flow. */
  readCounters(row: number, counters: Float64Array): void {
    readCountersAt(this.#bucket, this.#positions[row]!, counters)
  }

  /** The seconds that the row's record says it is long: those of a bucket unless it was kept whole. */
  secondsOf(row: number): number {
    const { data } = this.#bucket
    const at = this.#positions[row]!
    if (!isRawAt(data, at)) return BUCKET_SECONDS
    this.#reader.readResult(this.#bucket.rawOf(at))
    const { numbers } = this.#reader
    return numbers[END_TIME]! - numbers[START_TIME]!
  }

  /** Must be called once, and nothing else after it. */
  release(): void {
    for (const entry of this.#entries) this.#table.release(entry)
  }
}
