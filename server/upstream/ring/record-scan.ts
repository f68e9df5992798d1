import { fromBinary } from '@bufbuild/protobuf'

import { FlowResultSchema } from '../../../src/gen/goldmane/api_pb.ts'
import type { FlowKey } from '../../../src/gen/goldmane/api_pb.ts'
import { decodeLabels } from '../../../src/wire/decode-blob.ts'
import type { EntryTable } from './entry-table.ts'
import { countersAt, endOfRecordAt, entryAt, type HeldBucket, isRawAt } from './held-bucket.ts'
import type { RingView, ShownKey } from './ring-view.ts'

/** Records passed in one step, and keys decoded: about 10 ms. */
const RECORDS_PER_STEP = 20_000
const KEYS_PER_STEP = 250

/** A record as a view shows it, decoded. */
export interface ShownRecord {
  /** The ring's id of the key. */
  readonly id: number
  /** Shared by all records of the key in one scan. */
  readonly key: FlowKey
  /** The start of its bucket, Unix seconds. */
  readonly start: number
  readonly sourceLabels: readonly string[]
  readonly destLabels: readonly string[]
  /** By field number of goldmane.Flow, 6 to 12. Reused for the next record. */
  readonly counters: Float64Array
}

interface ScannedKey {
  readonly key: FlowKey
  readonly shown: ShownKey
}

const NO_LABELS: readonly string[] = []
const FIRST_COUNTER = 6
const LAST_COUNTER = 12

/** Passes over the records of some buckets that a view shows, decoded, in steps of about 10 ms. */
export class RecordScan {
  readonly #entries: EntryTable
  readonly #view: RingView
  readonly #buckets: HeldBucket[]
  readonly #counters = new Float64Array(LAST_COUNTER + 1)
  /** By the ring's id; null for a key that is not shown. */
  readonly #keys = new Map<number, ScannedKey | null>()
  /** By code. */
  readonly #labels = new Map<number, readonly string[]>()
  /** Changes whenever a bucket leaves, since codes may then be given to others. */
  readonly #dropsOfRing: () => number
  #drops: number
  #position = 0

  /** @param buckets in the order in which they are visited */
  constructor(
    entries: EntryTable,
    view: RingView,
    buckets: readonly HeldBucket[],
    dropsOfRing: () => number,
  ) {
    this.#entries = entries
    this.#view = view
    this.#buckets = [...buckets].reverse()
    this.#dropsOfRing = dropsOfRing
    this.#drops = dropsOfRing()
  }

  /** Visits the next records. Returns whether there are more. A bucket that has left meanwhile is passed over. */
  step(visit: (record: ShownRecord) => void): boolean {
    const drops = this.#dropsOfRing()
    if (this.#drops !== drops) this.#labels.clear()
    this.#drops = drops
    const keysBefore = this.#keys.size
    for (
      let passed = 0;
      passed < RECORDS_PER_STEP && this.#keys.size - keysBefore < KEYS_PER_STEP;
      passed++
    ) {
      const bucket = this.#buckets.at(-1)
      if (bucket === undefined) return false
      if (!bucket.isHeld || this.#position >= bucket.publishedLength) {
        this.#buckets.pop()
        this.#position = 0
      } else {
        this.#visitNext(bucket, visit)
      }
    }
    return this.#buckets.length > 0
  }

  #visitNext(bucket: HeldBucket, visit: (record: ShownRecord) => void): void {
    const entries = this.#entries
    const { data } = bucket
    const at = this.#position
    this.#position = endOfRecordAt(data, at)
    const entry = entryAt(data, at)
    const code = entries.keyOf[entry]!
    const id = entries.idOf(code)
    const scanned = this.#keyOf(id, code)
    if (scanned === null) return
    readCountersAt(bucket, at, this.#counters)
    const { key, shown } = scanned
    visit({
      id,
      key,
      start: bucket.start,
      sourceLabels: shown.hidesSourceLabels ? NO_LABELS : this.#labelsOf(entries.sourceLabelsOf[entry]!),
      destLabels: shown.hidesDestLabels ? NO_LABELS : this.#labelsOf(entries.destLabelsOf[entry]!),
      counters: this.#counters,
    })
  }

  #keyOf(id: number, code: number): ScannedKey | null {
    const known = this.#keys.get(id)
    if (known !== undefined) return known
    const recorded = this.#entries.decodeKey(code)
    const asItIs: ShownKey = { rewritten: null, hidesSourceLabels: false, hidesDestLabels: false }
    const shown = this.#view.show === null ? asItIs : this.#view.show(recorded)
    const scanned = shown === null ? null : { key: shown.rewritten ?? recorded, shown }
    this.#keys.set(id, scanned)
    return scanned
  }

  #labelsOf(code: number): readonly string[] {
    let labels = this.#labels.get(code)
    if (labels === undefined) {
      labels = decodeLabels(this.#entries.labels.bytesOf(code))
      this.#labels.set(code, labels)
    }
    return labels
  }
}

/** Reads the counters of the record at `at` into the elements of their field numbers in goldmane.Flow, 6 to 12. */
export function readCountersAt(bucket: HeldBucket, at: number, counters: Float64Array): void {
  const { data } = bucket
  if (isRawAt(data, at)) readRawCounters(bucket.rawOf(at), counters)
  else readCounters(data, countersAt(at), endOfRecordAt(data, at), counters)
}

function readRawCounters(message: Uint8Array, counters: Float64Array): void {
  const { flow } = fromBinary(FlowResultSchema, message)
  const values = [
    flow?.packetsIn,
    flow?.packetsOut,
    flow?.bytesIn,
    flow?.bytesOut,
    flow?.numConnectionsStarted,
    flow?.numConnectionsCompleted,
    flow?.numConnectionsLive,
  ]
  for (const [i, value] of values.entries()) counters[FIRST_COUNTER + i] = Number(value ?? 0n)
}

/** Reads the varint fields 6 to 12, as RecordSlices found them: each at most once, tags of one byte. */
function readCounters(data: Uint8Array, start: number, end: number, counters: Float64Array): void {
  counters.fill(0)
  for (let at = start; at < end;) {
    const field = data[at++]! >>> 3
    let value = 0
    let scale = 1
    let byte = 0x80
    while (byte >= 0x80) {
      byte = data[at++]!
      value += (byte & 0x7f) * scale
      scale *= 128
    }
    // int64: a negative number is its two's complement.
    counters[field] = value >= 2 ** 63 ? value - 2 ** 64 : value
  }
}
