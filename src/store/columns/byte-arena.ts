/** Bits of a position within a block. */
const BLOCK_BITS = 20
const BLOCK_BYTES = 2 ** BLOCK_BITS
const OFFSET_MASK = BLOCK_BYTES - 1
const FIRST_BYTES = 1024

/**
 * Appends runs of bytes, and reads and compares them by position. They lie in blocks of 1 MB that are not moved: one long
 * array would be copied whenever it is full, 100 ms with 200 MB of labels, and a third of it would be unused afterwards.
 */
export class ByteArena {
  /** The first one grows until it has its size, so that a small store takes little memory. */
  readonly #blocks: Uint8Array<ArrayBuffer>[] = [new Uint8Array(FIRST_BYTES)]
  /** By block. A run is compared four bytes at a time, wherever it begins. */
  readonly #words: DataView[] = [wordsOf(this.#blocks[0]!)]
  /** Where the next run begins in the last block. */
  #offset = 0
  readonly #given = new LastWords()
  #byteLength = FIRST_BYTES

  get byteLength(): number {
    return this.#byteLength
  }

  /** Copies the bytes and returns their position. */
  append(bytes: Uint8Array): number {
    this.#reserve(bytes.length)
    const block = this.#blocks.length - 1
    const position = block * BLOCK_BYTES + this.#offset
    this.#blocks[block]!.set(bytes, this.#offset)
    this.#offset += bytes.length
    return position
  }

  /** The bytes of a run, as a view that is valid until the next append. */
  view(position: number, length: number): Uint8Array {
    const offset = position & OFFSET_MASK
    return this.#blocks[position >>> BLOCK_BITS]!.subarray(offset, offset + length)
  }

  /** Whether a run equals the bytes from `start` on. */
  equals(position: number, length: number, bytes: Uint8Array, start: number): boolean {
    const block = position >>> BLOCK_BITS
    const from = position & OFFSET_MASK
    const own = this.#words[block]!
    const given = this.#given.of(bytes.buffer)
    const shift = bytes.byteOffset + start
    let i = 0
    // Comparing known bytes is most of the work of a live stream. One branch for 16 bytes halves it.
    for (; i + 16 <= length; i += 16) {
      const a = from + i
      const b = shift + i
      const difference =
        (own.getInt32(a) ^ given.getInt32(b)) |
        (own.getInt32(a + 4) ^ given.getInt32(b + 4)) |
        (own.getInt32(a + 8) ^ given.getInt32(b + 8)) |
        (own.getInt32(a + 12) ^ given.getInt32(b + 12))
      if (difference !== 0) return false
    }
    for (; i + 4 <= length; i += 4) if (own.getInt32(from + i) !== given.getInt32(shift + i)) return false
    for (; i < length; i++) if (own.getUint8(from + i) !== given.getUint8(shift + i)) return false
    return true
  }

  /** Makes room for a run in the last block, or adds one: a longer one for a run that is longer than a block. */
  #reserve(length: number): void {
    const last = this.#blocks.length - 1
    const needed = this.#offset + length
    const capacity = this.#blocks[last]!.length
    if (needed <= Math.min(capacity, BLOCK_BYTES)) return
    if (last === 0 && needed <= BLOCK_BYTES) {
      const longer = new Uint8Array(Math.min(BLOCK_BYTES, Math.max(needed, 2 * capacity)))
      longer.set(this.#blocks[0]!.subarray(0, this.#offset))
      this.#byteLength += longer.length - capacity
      this.#blocks[0] = longer
      this.#words[0] = wordsOf(longer)
      return
    }
    const block = new Uint8Array(Math.max(BLOCK_BYTES, length))
    this.#blocks.push(block)
    this.#words.push(wordsOf(block))
    this.#byteLength += block.length
    this.#offset = 0
  }
}

function wordsOf({ buffer }: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(buffer)
}

/** A DataView of the buffer that was used last. Making one for each comparison would cost more than it saves. */
class LastWords {
  #buffer: ArrayBufferLike = new ArrayBuffer(0)
  #view: DataView = new DataView(this.#buffer)

  of(buffer: ArrayBufferLike): DataView {
    if (buffer === this.#buffer) return this.#view
    this.#buffer = buffer
    this.#view = new DataView(buffer)
    return this.#view
  }
}
