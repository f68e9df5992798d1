/** Reads bits from bytes that come in pieces, from the lowest bit of each byte on, as deflate stores them. */

/** So that {@link BitInput.peek} need not look where the bytes end. */
const PADDING_BYTES = 3

export class BitInput {
  /** What was appended and is not consumed yet, and padding. */
  #bytes = new Uint8Array(PADDING_BYTES)
  #length = 0
  /** The next bit, counted from the lowest of the first byte. */
  position = 0

  append(piece: Uint8Array): void {
    const rest = this.rest()
    const bytes = new Uint8Array(rest.length + piece.length + PADDING_BYTES)
    bytes.set(rest)
    bytes.set(piece, rest.length)
    this.position &= 7
    this.#bytes = bytes
    this.#length = rest.length + piece.length
  }

  /** The position behind the last bit. */
  get end(): number {
    return this.#length * 8
  }

  /** The bytes from the one with the next bit on. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.position >>> 3, this.#length)
  }

  /** At least 17 bits from a position on, the first one lowest. What is behind the end reads as zeros. */
  peek(position: number): number {
    const at = position >>> 3
    const bytes = this.#bytes
    return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)) >>> (position & 7)
  }

  /** `count` bits from a position on, at most 17. */
  bits(position: number, count: number): number {
    return this.peek(position) & (2 ** count - 1)
  }

  /** Moves to the beginning of a byte, unless it is there. */
  alignToByte(): void {
    this.position = (this.position + 7) & ~7
  }

  /** Moves over whole bytes. */
  skipBytes(count: number): void {
    this.position += count * 8
  }
}
