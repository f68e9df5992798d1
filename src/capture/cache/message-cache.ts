/**
 * A cache of decoded messages by the bytes of their key and labels. A capture repeats the records of a key, and only
 * times and counters change: on a cache hit only these numbers are read. Every message that is unusual in any way is
 * left to the decoder.
 */
import type { Flow } from '../../flows/flow.ts'
import { ByteCache } from '../../lib/byte-cache.ts'
import { timesAndCounters } from '../../wire/flow-numbers.ts'
import { MAX_UNIX_SECONDS } from '../format/json-time.ts'

/** Field numbers of goldmane.Flow (proto/goldmane/api.proto): Key 1, times 2 and 3, labels 4 and 5, counters 6 to 12. */
const KEY_FIELD = 1
const SOURCE_LABELS_FIELD = 4
const DEST_LABELS_FIELD = 5
const FLOW_FIELD_COUNT = 12
// Wire types.
const VARINT = 0
const LENGTH = 2
/** Tags of goldmane.FlowResult: its id, a varint, and its flow, length-delimited. */
const RESULT_ID = 0x08
const RESULT_FLOW = 0x12
/** A varint of at most 7 bytes is below 2^49, and so exact in a double. */
const MAX_VARINT_BYTES = 7
/** Upper bound of the keys and labels cached. Those of a real message take about 400 bytes. */
const MAX_CACHED_BYTES = 16 * 1024 * 1024

interface Entry {
  readonly flow: Flow
  readonly unknown: number
}

export class MessageCache {
  /** The number of unknown enum values in the flow of the last hit, as it was given to {@link add}. */
  unknown = 0
  readonly #cache = new ByteCache<Entry>()
  readonly #maxBytes: number
  /** By field number of goldmane.Flow: the value of a time or counter in the message that was read last. */
  readonly #numbers = new Float64Array(FLOW_FIELD_COUNT + 1)
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  #end = 0
  #keyBegin = 0
  #keyEnd = 0
  #labelsBegin = 0
  #labelsEnd = 0

  constructor(maxBytes = MAX_CACHED_BYTES) {
    this.#maxBytes = maxBytes
  }

  /**
   * The flow of the message from `begin` to `end`. Its key and labels are the objects of the cached flow. Undefined on a
   * cache miss: the message has to be decoded.
   */
  lookup(bytes: Uint8Array, begin = 0, end = bytes.length): Flow | undefined {
    if (!this.#readMessage(bytes, begin, end)) return undefined
    this.#composeCacheKey()
    const known = this.#cache.find()
    if (known === undefined) return undefined
    this.unknown = known.unknown
    return this.#flowOf(known.flow)
  }

  /** Caches the flow of a message. `unknown`: how many of its enum values are not known to us. */
  add(bytes: Uint8Array, flow: Flow, unknown: number): void {
    const cache = this.#cache
    if (!this.#readMessage(bytes, 0, bytes.length)) return
    this.#composeCacheKey()
    if (cache.bytesHeld + cache.size > this.#maxBytes) cache.clear()
    if (cache.find() === undefined) cache.put({ flow, unknown })
  }

  #composeCacheKey(): void {
    const cache = this.#cache
    const bytes = this.#bytes
    cache.begin()
    cache.add(bytes, this.#keyBegin, this.#keyEnd)
    if (this.#labelsEnd > 0) cache.add(bytes, this.#labelsBegin, this.#labelsEnd)
  }

  #flowOf({ key, sourceLabels, destLabels }: Flow): Flow {
    return {
      key,
      sourceLabels,
      destLabels,
      ...timesAndCounters(this.#numbers),
    }
  }

  /** Finds the bytes of key and labels, and reads the numbers. False for anything that Goldmane does not write. */
  #readMessage(bytes: Uint8Array, begin: number, end: number): boolean {
    this.#bytes = bytes
    this.#at = begin
    this.#end = end
    this.#keyEnd = 0
    this.#labelsBegin = 0
    this.#labelsEnd = 0
    this.#numbers.fill(-1) // absent until read, so that a repeated field is noticed
    if (!this.#enterResult()) return false
    while (this.#at < end) {
      const from = this.#at
      const tag = bytes[this.#at++] ?? 0
      const field = tag >> 3
      const isFine =
        (tag & 7) === LENGTH
          ? this.#readLengthDelimited(field, from)
          : (tag & 7) === VARINT && this.#readNumber(field)
      if (!isFine) return false
    }
    for (let field = 0; field <= FLOW_FIELD_COUNT; field++)
      if (this.#numbers[field] === -1) this.#numbers[field] = 0
    return this.#at === end && this.#keyEnd > 0
  }

  /** Enters the flow of a FlowResult, which has to end with it. A bare Flow is left as it is. */
  #enterResult(): boolean {
    const bytes = this.#bytes
    const begin = this.#at
    if (bytes[begin] === RESULT_ID) {
      this.#at++
      if (this.#readVarint() < 0) return false
    }
    if (this.#at === begin && bytes[begin] !== RESULT_FLOW) return true
    if (bytes[this.#at++] !== RESULT_FLOW) return false
    const length = this.#readVarint()
    return length >= 0 && this.#at + length === this.#end
  }

  #readLengthDelimited(field: number, begin: number): boolean {
    const length = this.#readVarint()
    const end = this.#at + length
    if (length < 0 || end > this.#end) return false
    this.#at = end
    if (field === KEY_FIELD) {
      if (this.#keyEnd > 0) return false
      this.#keyBegin = begin
      this.#keyEnd = end
      return true
    }
    if (field !== SOURCE_LABELS_FIELD && field !== DEST_LABELS_FIELD) return false
    if (this.#labelsEnd === 0) this.#labelsBegin = begin
    else if (this.#labelsEnd !== begin) return false
    this.#labelsEnd = end
    return true
  }

  #readNumber(field: number): boolean {
    const isTime = field === 2 || field === 3
    if ((!isTime && (field < 6 || field > FLOW_FIELD_COUNT)) || this.#numbers[field] !== -1) return false
    const value = this.#readVarint()
    this.#numbers[field] = value
    return value >= 0 && (!isTime || value <= MAX_UNIX_SECONDS)
  }

  /** The varint at the position; −1 when it does not end, or is longer than MAX_VARINT_BYTES. */
  #readVarint(): number {
    const bytes = this.#bytes
    let value = 0
    let scale = 1
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#at < this.#end ? bytes[this.#at++] : undefined
      if (byte === undefined) return -1
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    return -1
  }
}
