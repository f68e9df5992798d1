import { writeAscii } from '../lib/ascii.ts'

const encoder = new TextEncoder()

/**
 * A protobuf writer for canonical encodings: it leaves default values out, and the caller writes fields in the order of
 * their numbers. It reuses one buffer, so it makes no garbage per message.
 */
export class ProtobufWriter {
  #buffer = new Uint8Array(1024)
  #length = 0

  /** Starts a new message in the same buffer, which voids views of {@link written}. */
  reset(): void {
    this.#length = 0
  }

  /** What was written since the last reset, as a view of the writer's buffer: valid until the next write. */
  written(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }

  /** Writes a varint field; nothing for 0, the default. `value` is a safe integer. */
  varint(field: number, value: number): void {
    if (value === 0) return
    this.#writeVarint(field * 8)
    this.#writeVarint(value)
  }

  /** Writes a string field; nothing for '', the default, unless it is an element of a repeated field. */
  text(field: number, value: string, isElement = false): void {
    if (value === '' && !isElement) return
    this.#writeVarint(field * 8 + 2)
    this.#reserve(10 + value.length * 3)
    const start = this.#length
    this.#writeVarint(value.length)
    if (writeAscii(value, this.#buffer, this.#length)) {
      this.#length += value.length
      return
    }
    // UTF-8 is longer than the text: the length prefix is written anew.
    this.#length = start
    const bytes = encoder.encode(value)
    this.#writeVarint(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Writes a field whose value is encoded already: a message, for instance. */
  bytes(field: number, value: Uint8Array): void {
    this.#writeVarint(field * 8 + 2)
    this.#writeVarint(value.length)
    this.raw(value)
  }

  /** Writes fields that are encoded already, with their tags. */
  raw(fields: Uint8Array): void {
    this.#reserve(fields.length)
    this.#buffer.set(fields, this.#length)
    this.#length += fields.length
  }

  /** Writes a message field whose content is what `write` writes. */
  message(field: number, write: () => void): void {
    this.#writeVarint(field * 8 + 2)
    const start = this.#length
    write()
    const size = this.#length - start
    this.#writeVarint(size)
    const prefix = this.#length - start - size
    // The length is known only now, but stands before the content. It was written after it to learn how many bytes it
    // takes; now the content is moved back by so many, and the length is written in front.
    this.#buffer.copyWithin(start + prefix, start, start + size)
    this.#length = start
    this.#writeVarint(size)
    this.#length = start + prefix + size
  }

  /** Writes a safe integer as an int64. A negative one takes ten bytes. */
  #writeVarint(value: number): void {
    this.#reserve(10)
    let low = value >>> 0
    let high = Math.floor(value / 2 ** 32) >>> 0
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
