/** ClickHouse's format RowBinary, as far as the tables of the history need it. */

const FIRST_SIZE = 64 * 1024

export class RowBinaryWriter {
  #bytes: Buffer
  #end = 0

  constructor(size = FIRST_SIZE) {
    this.#bytes = Buffer.allocUnsafe(size)
  }

  /** What was written so far; later writes do not change it. */
  take(): Buffer {
    return this.#bytes.subarray(0, this.#end)
  }

  uint8(value: number): void {
    this.#reserve(1)
    this.#end = this.#bytes.writeUInt8(value, this.#end)
  }

  uint16(value: number): void {
    this.#reserve(2)
    this.#end = this.#bytes.writeUInt16LE(value, this.#end)
  }

  uint32(value: number): void {
    this.#reserve(4)
    this.#end = this.#bytes.writeUInt32LE(value, this.#end)
  }

  uint64(value: bigint): void {
    this.#reserve(8)
    this.#end = this.#bytes.writeBigUInt64LE(value, this.#end)
  }

  int64(value: number): void {
    this.#reserve(8)
    this.#end = this.#bytes.writeBigInt64LE(BigInt(value), this.#end)
  }

  /** A lone surrogate becomes U+FFFD. */
  text(value: string): void {
    const length = Buffer.byteLength(value)
    this.length(length)
    this.#reserve(length)
    this.#end += this.#bytes.write(value, this.#end, length)
  }

  list<T>(values: readonly T[], write: (value: T) => void): void {
    this.length(values.length)
    for (const value of values) write(value)
  }

  /** A length as LEB128. */
  length(value: number): void {
    this.#reserve(5)
    let rest = value
    while (rest >= 0x80) {
      this.#bytes[this.#end++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#end++] = rest
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#end)
    this.#bytes = grown
  }
}
