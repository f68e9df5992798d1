/** An encoded message that cannot be read; its text says why, and at which byte. */
export class MalformedRecordError extends Error {
  override name = 'MalformedRecordError'
}

// Wire types: https://protobuf.dev/programming-guides/encoding/#structure
export const VARINT = 0
const FIXED64 = 1
export const LENGTH = 2
const FIXED32 = 5

/**
 * A position in the bytes of a protobuf message, with the steps that every reader of our own is made of. It is small,
 * because the worker loads it at first, where protobuf-es with Goldmane's descriptors would be 18 KB. Groups, which proto3
 * does not have, are malformed.
 */
export class WireReader {
  bytes: Uint8Array
  /** Where the next step begins. */
  position = 0

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.bytes = bytes
  }

  /**
   * Returns the next field's number times 8, plus its wire type. `end` is where the message ends.
   * @throws MalformedRecordError, as the other steps do
   */
  readTag(end: number): number {
    const start = this.position
    const tag = this.readVarint(end)
    if (tag < 8 || tag > 0xffff_ffff) throw new MalformedRecordError(`no field number at byte ${start}`)
    return tag
  }

  /** Reads a length and returns where the value of that length ends. */
  readLengthEnd(end: number): number {
    const start = this.position
    const stop = this.readVarint(end) + this.position
    if (!(stop >= this.position && stop <= end))
      throw new MalformedRecordError(`a length at byte ${start} reaches past the end`)
    return stop
  }

  /** Skips the value of a field. */
  skip(tag: number, end: number): void {
    const start = this.position
    switch (tag & 7) {
      case VARINT:
        this.readVarint(end)
        break
      case FIXED64:
        this.position += 8
        break
      case LENGTH:
        this.position = this.readLengthEnd(end)
        break
      case FIXED32:
        this.position += 4
        break
      default:
        throw new MalformedRecordError(`wire type ${tag & 7} at byte ${start}`)
    }
    if (this.position > end) throw new MalformedRecordError(`a value at byte ${start} reaches past the end`)
  }

  /** Reads an int64 as a double, exact to ±2^53. Most values fit one byte, which takes the first branch. */
  readVarint(end: number): number {
    const { bytes } = this
    const start = this.position
    let at = start
    let byte = bytes[at++]!
    if (byte < 0x80 && at <= end) {
      this.position = at
      return byte
    }
    let low = byte & 0x7f
    let high = 0
    for (let shift = 7; byte >= 0x80 && shift < 70 && at < end; shift += 7) {
      byte = bytes[at++]!
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (shift - 32)
    }
    if (at > end || byte >= 0x80) throw new MalformedRecordError(`a number at byte ${start} does not end`)
    this.position = at
    return high * 2 ** 32 + (low >>> 0)
  }
}
