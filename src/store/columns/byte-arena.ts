import { areEqualBytes, LastBufferView } from '../../lib/equal-bytes.ts'

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
  readonly #given = new LastBufferView()
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
    const own = this.#words[position >>> BLOCK_BITS]!
    const given = this.#given.of(bytes.buffer)
    return areEqualBytes(own, position & OFFSET_MASK, given, bytes.byteOffset + start, length)
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
