/**
 * Writes many records of few keys as length-delimited protobuf, in bytes: the same messages as the writer of single records
 * in capture-writer.ts. The fields of a key and of its labels, most of a message, are encoded once and then copied.
 */
import { COUNTER_NAMES } from '../flows/counters.ts'
import type { LabelledKey } from '../flows/flow.ts'
import { writeFlowFields } from '../wire/encode-flow.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { type CaptureHeader, headerJson } from './format/capture-header.ts'
import { HEADER_FIELD, UNRECORDED_FIELD } from './format/message-extension.ts'
import { type FullEntries, KeptEntries } from './kept-entries.ts'
import { namesAnEnd } from './names-an-end.ts'
import { MAX_MESSAGE_BYTES } from './scan/delimited-splitter.ts'

/** The field of the flow in goldmane.FlowResult, and the first one of the counters in goldmane.Flow. */
const FLOW_FIELD = 2
const FIRST_COUNTER_FIELD = 6
const MAX_PREFIX_BYTES = 4

/** The fields of a message that all records of a key with the same labels share. */
interface EntryFields {
  readonly key: Uint8Array
  readonly labels: Uint8Array
}

export class RecordMessages {
  /** Those that the next message is given. */
  #headers: readonly CaptureHeader[]
  /** Null for an entry that the format cannot hold. */
  readonly #fields: KeptEntries<EntryFields | null>
  readonly #flow = new ProtobufWriter()
  readonly #message = new ProtobufWriter()
  /** The last record, which waits for headers that come after it; −1 before the first one. */
  #waiting = -1
  readonly #waitingValues = new Float64Array(2 + COUNTER_NAMES.length)
  #buffer = new Uint8Array(2 ** 16)
  #length = 0
  #leftOut = 0

  /**
   * `labelledKeyOf` gives what the number of an entry stands for, which stays the same; it is asked once for each where
   * `full` is given ({@link KeptEntries}). The first record has the header.
   */
  constructor(labelledKeyOf: (entry: number) => LabelledKey, header: CaptureHeader, full?: FullEntries) {
    this.#fields = new KeptEntries((entry) => {
      const made = encodeEntry(labelledKeyOf(entry))
      return { made, bytes: made === null ? 0 : made.key.length + made.labels.length }
    }, full)
    this.#headers = [header]
  }

  /** The bytes that {@link take} would give. */
  get byteLength(): number {
    return this.#length
  }

  /** Whether no record was added that could be written: then there is nothing that could hold a header. */
  get isEmpty(): boolean {
    return this.#waiting < 0
  }

  /** Records that the format cannot hold: they name neither end, or are longer than a reader takes. */
  get leftOut(): number {
    return this.#leftOut
  }

  /** Adds a record. `values`: its start, its end (Unix seconds), its seven counters; NaN where not recorded. */
  add(entry: number, values: Float64Array): void {
    if (this.#fields.of(entry) === null) {
      this.#leftOut++
      return
    }
    if (this.#waiting >= 0) this.#write(this.#waiting)
    this.#waiting = entry
    this.#waitingValues.set(values)
  }

  /** Writes the last record, with the headers that are of all of them. Nothing is added afterwards. */
  end(headers: readonly CaptureHeader[] = []): void {
    this.#headers = [...this.#headers, ...headers]
    if (this.#waiting >= 0) this.#write(this.#waiting)
  }

  /** The messages since the last call. */
  take(): Uint8Array<ArrayBuffer> {
    // The buffer is given away: to copy the bytes would take as long as to write them.
    const messages = this.#buffer.subarray(0, this.#length)
    this.#buffer = new Uint8Array(this.#buffer.length)
    this.#length = 0
    return messages
  }

  #write(entry: number): void {
    const fields = this.#fields.of(entry)
    if (fields === null) return
    const values = this.#waitingValues
    const flow = this.#flow
    flow.reset()
    flow.raw(fields.key)
    flow.varint(2, values[0]!)
    flow.varint(3, values[1]!)
    flow.raw(fields.labels)
    let unrecorded = 0
    for (let i = 0; i < COUNTER_NAMES.length; i++) {
      const value = values[2 + i]!
      if (Number.isNaN(value)) unrecorded |= 1 << i
      else flow.varint(FIRST_COUNTER_FIELD + i, value)
    }
    const message = this.#message
    message.reset()
    message.bytes(FLOW_FIELD, flow.written())
    for (const header of this.#headers) message.text(HEADER_FIELD, JSON.stringify(headerJson(header)), true)
    this.#headers = []
    message.varint(UNRECORDED_FIELD, unrecorded)
    this.#append(message.written())
  }

  #append(message: Uint8Array): void {
    this.#reserve(message.length + MAX_PREFIX_BYTES)
    let length = message.length
    for (; length > 0x7f; length >>>= 7) this.#buffer[this.#length++] = (length & 0x7f) | 0x80
    this.#buffer[this.#length++] = length
    this.#buffer.set(message, this.#length)
    this.#length += message.length
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    const larger = new Uint8Array(2 * (this.#length + bytes))
    larger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = larger
  }
}

/** Null where a reader would refuse the message. Half of what it takes is left for numbers and headers. */
function encodeEntry({ key, sourceLabels, destLabels }: LabelledKey): EntryFields | null {
  if (!namesAnEnd(key)) return null
  const nothing = { startTime: 0, endTime: 0, ...NO_COUNTERS }
  const writer = new ProtobufWriter()
  writeFlowFields(writer, { key, sourceLabels: [], destLabels: [], ...nothing })
  const keyFields = writer.written().slice()
  writer.reset()
  writeFlowFields(writer, { key, sourceLabels, destLabels, ...nothing })
  const labels = writer.written().slice(keyFields.length)
  if (keyFields.length + labels.length > MAX_MESSAGE_BYTES / 2) return null
  return { key: keyFields, labels }
}

const NO_COUNTERS = {
  packetsIn: 0,
  packetsOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  numConnectionsStarted: 0,
  numConnectionsCompleted: 0,
  numConnectionsLive: 0,
}
