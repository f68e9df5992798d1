import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { MalformedRecordError } from '../../../src/wire/wire-reader.ts'

// Wire types: https://protobuf.dev/programming-guides/encoding/#structure
const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

// Field numbers of goldmane.Flow.
const KEY = 1
const START_TIME = 2
const END_TIME = 3
const SOURCE_LABELS = 4
const DEST_LABELS = 5
const FIRST_COUNTER = 6
const LAST_COUNTER = 12

/** Longer counters than seven varints of ten bytes with their tags cannot be. */
const MAX_COUNTER_BYTES = 7 * 11

/**
 * Finds the parts of an encoded goldmane.FlowResult, without looking into them: where the key, the labels of each end and
 * the counters begin and end. Reused; the results are valid until the next read. The content of key and labels is not
 * checked.
 *
 * The steps over tags, lengths and numbers are those of WireReader, written again: as a subclass of it, this took 0.27
 * instead of 0.15 µs for a record. Numbers are unsigned here.
 */
export class RecordSlices {
  bytes: Uint8Array = new Uint8Array(0)
  id = 0
  /** Unix seconds, as recorded. */
  startTime = 0
  /** The content of the field, without its tag and length. */
  keyStart = 0
  keyEnd = 0
  /** The consecutive label fields of an end, tags included; an empty range when there is none. */
  sourceStart = 0
  sourceEnd = 0
  destStart = 0
  destEnd = 0
  /** The consecutive counter fields, tags included. */
  countersStart = 0
  countersEnd = 0
  /** Whether the ranges are the whole of key and labels: no field that must be one occurs twice or in pieces. */
  isExact = true
  /**
   * Whether key, labels, bucket and counters are all that the message says, so that it can be put together from them: no
   * unknown field, times that are those of a bucket, each counter once.
   */
  isCompact = true
  #endTime = 0
  #position = 0
  #lastCounter = 0
  #flows = 0
  #keys = 0

  /**
   * Reads a goldmane.FlowResult.
   * @throws MalformedRecordError
   */
  read(bytes: Uint8Array): void {
    this.#reset(bytes)
    while (this.#position < bytes.length) {
      const tag = this.#readTag(bytes.length)
      if (tag === 8 * 1 + VARINT) this.id = this.#readVarint(bytes.length)
      else if (tag === 8 * 2 + LENGTH) this.#readFlow(this.#readLengthEnd(bytes.length))
      else this.#skipUnknown(tag, bytes.length)
    }
    if (this.#flows === 0) throw new MalformedRecordError('a result without a flow')
    if (this.#keys === 0) throw new MalformedRecordError('a flow without a key')
    if (this.#flows > 1 || this.#keys > 1) this.isExact = false
    const hasBucketTimes =
      this.startTime % BUCKET_SECONDS === 0 && this.#endTime === this.startTime + BUCKET_SECONDS
    if (!this.isExact || !hasBucketTimes || this.countersEnd - this.countersStart > MAX_COUNTER_BYTES)
      this.isCompact = false
  }

  #reset(bytes: Uint8Array): void {
    this.bytes = bytes
    this.id = 0
    this.startTime = 0
    this.keyStart = this.keyEnd = 0
    this.sourceStart = this.sourceEnd = 0
    this.destStart = this.destEnd = 0
    this.countersStart = this.countersEnd = 0
    this.isExact = true
    this.isCompact = true
    this.#endTime = 0
    this.#position = 0
    this.#lastCounter = 0
    this.#flows = 0
    this.#keys = 0
  }

  #readFlow(end: number): void {
    this.#flows++
    while (this.#position < end) {
      const start = this.#position
      const tag = this.#readTag(end)
      const field = tag >>> 3
      if ((tag & 7) === LENGTH && (field === KEY || field === SOURCE_LABELS || field === DEST_LABELS)) {
        this.#readPart(field, start, end)
      } else if ((tag & 7) === VARINT && field >= START_TIME && field <= LAST_COUNTER) {
        this.#readNumber(field, start, end)
      } else {
        this.#skipUnknown(tag, end)
      }
    }
  }

  #readPart(field: number, start: number, flowEnd: number): void {
    const end = this.#readLengthEnd(flowEnd)
    if (field === KEY) {
      this.#keys++
      this.keyStart = this.#position
      this.keyEnd = end
    } else if (field === SOURCE_LABELS) {
      if (this.sourceEnd === 0) this.sourceStart = start
      else if (this.sourceEnd !== start) this.isExact = false
      this.sourceEnd = end
    } else {
      if (this.destEnd === 0) this.destStart = start
      else if (this.destEnd !== start) this.isExact = false
      this.destEnd = end
    }
    this.#position = end
  }

  #readNumber(field: number, start: number, end: number): void {
    const value = this.#readVarint(end)
    if (field === START_TIME) this.startTime = value
    else if (field === END_TIME) this.#endTime = value
    else if (field >= FIRST_COUNTER) this.#extendCounters(field, start)
    // A number where the labels' texts belong is an unknown field.
    else this.isCompact = false
  }

  #extendCounters(field: number, start: number): void {
    if (this.countersEnd === 0) this.countersStart = start
    else if (this.countersEnd !== start) this.isCompact = false
    if (field <= this.#lastCounter) this.isCompact = false
    this.#lastCounter = field
    this.countersEnd = this.#position
  }

  #skipUnknown(tag: number, end: number): void {
    this.isCompact = false
    const start = this.#position
    switch (tag & 7) {
      case VARINT:
        this.#readVarint(end)
        break
      case FIXED64:
        this.#position += 8
        break
      case LENGTH:
        this.#position = this.#readLengthEnd(end)
        break
      case FIXED32:
        this.#position += 4
        break
      default:
        throw new MalformedRecordError(`wire type ${tag & 7} at byte ${start}`)
    }
    if (this.#position > end) throw new MalformedRecordError(`a value at byte ${start} reaches past the end`)
  }

  #readTag(end: number): number {
    const start = this.#position
    const tag = this.#readVarint(end)
    if (tag < 8 || tag > 0xffff_ffff) throw new MalformedRecordError(`no field number at byte ${start}`)
    return tag
  }

  #readLengthEnd(end: number): number {
    const start = this.#position
    const stop = this.#readVarint(end) + this.#position
    if (!(stop <= end)) throw new MalformedRecordError(`a length at byte ${start} reaches past the end`)
    return stop
  }

  /** Reads a varint as a double, exact to 2^53. */
  #readVarint(end: number): number {
    const { bytes } = this
    const start = this.#position
    let value = 0
    let scale = 1
    for (let i = start; i < end && i < start + 10; i++) {
      const byte = bytes[i]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        this.#position = i + 1
        return value
      }
      scale *= 128
    }
    throw new MalformedRecordError(`a number at byte ${start} does not end`)
  }
}
