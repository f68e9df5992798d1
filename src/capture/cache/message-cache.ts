/**
 * A capture says the same of one key again and again; only times and counters change. Of a message whose key and
 * labels are, byte by byte, those of one that was decoded, only the numbers are read. Whatever is unusual is left to
 * the decoder.
 */
import type { Flow } from '../../flows/flow.ts'
import { ByteMemory } from '../../lib/byte-cache.ts'

/** Field numbers of goldmane.Flow (proto/goldmane/api.proto): Key 1, times 2 and 3, labels 4 and 5, counters 6 to 12. */
const KEY = 1
const SOURCE_LABELS = 4
const DEST_LABELS = 5
const LAST_FIELD = 12
const VARINT = 0
const LENGTH = 2
/** Of a goldmane.FlowResult: its id, a varint, and its flow. */
const RESULT_ID = 0x08
const RESULT_FLOW = 0x12
/** The end of the year 9999, as for all times in captures. */
const LAST_SECOND = 253_402_300_799
/** A varint of so many bytes is below 2^49. */
const VARINT_BYTES = 7
/** Bytes of keys and labels that are remembered, at most. Those of a real message take about 400. */
const MEMORY_BYTES = 16 * 1024 * 1024

interface Known {
  readonly flow: Flow
  readonly unknown: number
}

export class MessageMemory {
  /** Of the flow that was recalled last: what {@link learn} was told. */
  unknown = 0
  readonly #memory = new ByteMemory<Known>()
  readonly #limit: number
  readonly #numbers = new Float64Array(LAST_FIELD + 1)
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  #end = 0
  #keyBegin = 0
  #keyEnd = 0
  #labelsBegin = 0
  #labelsEnd = 0

  constructor(limit = MEMORY_BYTES) {
    this.#limit = limit
  }

  /**
   * The flow of the message from `begin` to `end` when it differs from a known one in times and counters alone; its key
   * and labels are the known one's objects. Undefined when the message has to be decoded.
   */
  recall(bytes: Uint8Array, begin = 0, end = bytes.length): Flow | undefined {
    if (!this.#read(bytes, begin, end)) return undefined
    this.#identify()
    const known = this.#memory.find()
    if (known === undefined) return undefined
    this.unknown = known.unknown
    return this.#rebuilt(known.flow)
  }

  /** Remembers what a message was decoded to. `unknown`: its values outside the enums that we know. */
  learn(bytes: Uint8Array, flow: Flow, unknown: number): void {
    const memory = this.#memory
    if (!this.#read(bytes, 0, bytes.length)) return
    this.#identify()
    if (memory.bytesHeld + memory.size > this.#limit) memory.clear()
    if (memory.find() === undefined) memory.learn({ flow, unknown })
  }

  #identify(): void {
    const memory = this.#memory
    const bytes = this.#bytes
    memory.begin()
    memory.add(bytes, this.#keyBegin, this.#keyEnd)
    if (this.#labelsEnd > 0) memory.add(bytes, this.#labelsBegin, this.#labelsEnd)
  }

  #rebuilt({ key, sourceLabels, destLabels }: Flow): Flow {
    const numbers = this.#numbers
    return {
      key,
      sourceLabels,
      destLabels,
      startTime: numbers[2] ?? 0,
      endTime: numbers[3] ?? 0,
      packetsIn: numbers[6] ?? 0,
      packetsOut: numbers[7] ?? 0,
      bytesIn: numbers[8] ?? 0,
      bytesOut: numbers[9] ?? 0,
      numConnectionsStarted: numbers[10] ?? 0,
      numConnectionsCompleted: numbers[11] ?? 0,
      numConnectionsLive: numbers[12] ?? 0,
    }
  }

  /** Finds where key and labels lie, and the numbers. False when there is anything beside what a Goldmane writes. */
  #read(bytes: Uint8Array, begin: number, end: number): boolean {
    this.#bytes = bytes
    this.#at = begin
    this.#end = end
    this.#keyEnd = 0
    this.#labelsBegin = 0
    this.#labelsEnd = 0
    this.#numbers.fill(-1)
    if (!this.#enterResult()) return false
    while (this.#at < end) {
      const from = this.#at
      const tag = bytes[this.#at++] ?? 0
      const field = tag >> 3
      const isFine =
        (tag & 7) === LENGTH ? this.#run(field, from) : (tag & 7) === VARINT && this.#number(field)
      if (!isFine) return false
    }
    for (let field = 0; field <= LAST_FIELD; field++)
      if (this.#numbers[field] === -1) this.#numbers[field] = 0
    return this.#at === end && this.#keyEnd > 0
  }

  /** Goes into the flow when the message is a FlowResult, which has to end with it. */
  #enterResult(): boolean {
    const bytes = this.#bytes
    const begin = this.#at
    if (bytes[begin] === RESULT_ID) {
      this.#at++
      if (this.#varint() < 0) return false
    }
    if (this.#at === begin && bytes[begin] !== RESULT_FLOW) return true
    if (bytes[this.#at++] !== RESULT_FLOW) return false
    const length = this.#varint()
    return length >= 0 && this.#at + length === this.#end
  }

  #run(field: number, begin: number): boolean {
    const length = this.#varint()
    const end = this.#at + length
    if (length < 0 || end > this.#end) return false
    this.#at = end
    if (field === KEY) {
      if (this.#keyEnd > 0) return false
      this.#keyBegin = begin
      this.#keyEnd = end
      return true
    }
    if (field !== SOURCE_LABELS && field !== DEST_LABELS) return false
    if (this.#labelsEnd === 0) this.#labelsBegin = begin
    else if (this.#labelsEnd !== begin) return false
    this.#labelsEnd = end
    return true
  }

  #number(field: number): boolean {
    const isTime = field === 2 || field === 3
    if ((!isTime && (field < 6 || field > LAST_FIELD)) || this.#numbers[field] !== -1) return false
    const value = this.#varint()
    this.#numbers[field] = value
    return value >= 0 && (!isTime || value <= LAST_SECOND)
  }

  /** −1 when it does not end, or is long. */
  #varint(): number {
    const bytes = this.#bytes
    let value = 0
    let scale = 1
    for (let i = 0; i < VARINT_BYTES; i++) {
      const byte = this.#at < this.#end ? bytes[this.#at++] : undefined
      if (byte === undefined) return -1
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    return -1
  }
}
