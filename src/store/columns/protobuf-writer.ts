import { writeAscii } from './ascii.ts'

const encoder = new TextEncoder()

/** Writes protobuf by hand, for runs that must come out canonical: default values left out, fields in order. */
export class ProtobufWriter {
  #buffer = new Uint8Array(1024)
  #length = 0

  reset(): void {
    this.#length = 0
  }

  /** What was written: a view that the next write may void. */
  written(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }

  /** A varint field; nothing for 0. */
  varint(field: number, value: number): void {
    if (value === 0) return
    this.#writeVarint(field * 8)
    this.#writeVarint(value)
  }

  /** A text field; nothing for the empty one, unless it is an element of a list. */
  text(field: number, value: string, element = false): void {
    if (value === '' && !element) return
    this.#writeVarint(field * 8 + 2)
    this.#reserve(10 + value.length * 3)
    const start = this.#length
    this.#writeVarint(value.length)
    const written = writeAscii(value, this.#buffer, this.#length)
    if (written) {
      this.#length += value.length
      return
    }
    // The encoded length is not the text's.
    this.#length = start
    const bytes = encoder.encode(value)
    this.#writeVarint(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** A length-delimited field of what `write` writes. */
  message(field: number, write: () => void): void {
    this.#writeVarint(field * 8 + 2)
    const start = this.#length
    write()
    const size = this.#length - start
    this.#writeVarint(size)
    const prefix = this.#length - start - size
    // The length is known last but stands first.
    this.#buffer.copyWithin(start + prefix, start, start + size)
    this.#length = start
    this.#writeVarint(size)
    this.#length = start + prefix + size
  }

  /** A safe integer as an int64: a negative one takes ten bytes. */
  #writeVarint(value: number): void {
    this.#reserve(10)
    let low = value >>> 0
    let high = Math.floor(value / 4_294_967_296) >>> 0
    while (high > 0 || low > 0x7f) {
      this.#buffer[this.#length++] = (low & 0x7f) | 0x80
      low = ((low >>> 7) | (high << 25)) >>> 0
      high >>>= 7
    }
    this.#buffer[this.#length++] = low
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return
    const longer = new Uint8Array((this.#length + more) * 2)
    longer.set(this.#buffer)
    this.#buffer = longer
  }
}
