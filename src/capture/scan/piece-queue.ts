/** The bytes of a compressed file in pieces that can be put back, none of which splits the header of a gzip member. */
import { headerIn, partialHeaderLength } from './gzip-header.ts'

/** How many compressed bytes are decompressed at once: gzip can expand them a thousand times. */
const MAX_PIECE_BYTES = 64 * 1024

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

export class PieceQueue {
  readonly #chunks: AsyncIterator<Uint8Array>
  /** The next pieces, last one first. */
  readonly #ahead: Uint8Array[] = []
  /** How many bytes were taken and not put back: the offset of the next piece in the file. */
  offset = 0

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** The next bytes, at most 64 KiB and some. Where a header may begin, a piece begins. Undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    let piece = await this.#pull()
    if (piece === undefined) return undefined
    while (partialHeaderLength(piece) > 0) {
      const more = await this.#pull()
      if (more === undefined) break
      piece = joined(piece, more)
    }
    const header = headerIn(piece, 1)
    let end = Math.min(header < 0 ? piece.length : header, MAX_PIECE_BYTES)
    // A header that the limit would split begins the next piece; one that begins this piece is whole.
    if (end < piece.length) end -= partialHeaderLength(piece.subarray(1, end))
    if (end < piece.length) this.#ahead.push(piece.subarray(end))
    this.offset += end
    return piece.subarray(0, end)
  }

  /** Puts bytes back that were taken last, in their order. */
  putBack(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces.toReversed()) {
      if (piece.length > 0) this.#ahead.push(piece)
      this.offset -= piece.length
    }
  }

  async #pull(): Promise<Uint8Array | undefined> {
    const ahead = this.#ahead.pop()
    if (ahead !== undefined) return ahead
    for (;;) {
      const { done, value } = await this.#chunks.next()
      if (done === true) return undefined
      if (value.length > 0) return value
    }
  }
}
