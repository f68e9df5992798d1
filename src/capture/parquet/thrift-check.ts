/**
 * Checks that bytes are a struct of Thrift's compact protocol before hyparquet reads it, whose numbers may be of any
 * length and whose lists of any size: a damaged or hostile file would hang it, or fill the memory.
 */

const MAX_DEPTH = 16
const MAX_VARINT_BYTES = 10
/** The types of fields: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md */
const TYPE = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, struct: 12 }

/** Thrown for what no reader of Parquet can read. */
export class ParquetFault extends Error {
  override readonly name = 'ParquetFault'
}

/** The index behind the struct that begins at `from`. Throws a {@link ParquetFault}. */
export function endOfStruct(bytes: Uint8Array, from: number): number {
  const walker = new Walker(bytes, from)
  walker.struct(0)
  return walker.at
}

class Walker {
  readonly #bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  struct(depth: number): void {
    if (depth > MAX_DEPTH) throw new ParquetFault('its table of contents is nested too deeply')
    for (;;) {
      const head = this.#byte()
      if ((head & 0x0f) === 0) return
      if (head >> 4 === 0) this.#varint()
      const type = head & 0x0f
      // A field's boolean is its type.
      if (type !== TYPE.true && type !== TYPE.false) this.#value(type, depth)
    }
  }

  #value(type: number, depth: number): void {
    switch (type) {
      case TYPE.true:
      case TYPE.false:
      case TYPE.byte:
        this.#skip(1)
        return
      case TYPE.i16:
      case TYPE.i32:
      case TYPE.i64:
        this.#varint()
        return
      case TYPE.double:
        this.#skip(8)
        return
      case TYPE.binary:
        this.#skip(this.#varint())
        return
      case TYPE.list:
        this.#list(depth)
        return
      case TYPE.struct:
        this.struct(depth + 1)
        return
      default:
        throw new ParquetFault('its table of contents is damaged')
    }
  }

  #list(depth: number): void {
    const head = this.#byte()
    const size = head >> 4 === 15 ? this.#varint() : head >> 4
    // Each value takes a byte at least.
    if (size > this.#bytes.length - this.at) throw new ParquetFault('its table of contents is damaged')
    for (let i = 0; i < size; i++) this.#value(head & 0x0f, depth + 1)
  }

  /** The number, as far as a double holds it. */
  #varint(): number {
    let value = 0
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#byte()
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) return value
    }
    throw new ParquetFault('its table of contents is damaged')
  }

  #byte(): number {
    const byte = this.#bytes[this.at++]
    if (byte === undefined) throw new ParquetFault('its table of contents is damaged')
    return byte
  }

  #skip(count: number): void {
    if (count > this.#bytes.length - this.at) throw new ParquetFault('its table of contents is damaged')
    this.at += count
  }
}
