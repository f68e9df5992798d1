/** Flags (1), big-endian length of the message (4). */
const HEAD_BYTES = 5

/**
 * Tells whether a gRPC body may be interrupted at the byte it has reached: a state machine over its frames, each a head
 * and a message, that buffers nothing.
 */
export class FrameBoundary {
  /** Bytes of the current head that have passed; 0 between two frames. */
  #headBytes = 0
  /** The length in the current head, as far as it has passed; after that, the bytes that the message still lacks. */
  #remaining = 0

  /** Whether the next byte begins a frame, so that another frame may be inserted. */
  get isAtBoundary(): boolean {
    return this.#headBytes === 0
  }

  advance(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#headBytes < HEAD_BYTES) {
        const byte = chunk[at++] ?? 0
        // Not `<<`, which turns lengths of 2^31 and more negative.
        if (this.#headBytes > 0) this.#remaining = this.#remaining * 256 + byte
        this.#headBytes++
      } else {
        const step = Math.min(this.#remaining, chunk.length - at)
        this.#remaining -= step
        at += step
      }
      if (this.#headBytes === HEAD_BYTES && this.#remaining === 0) this.#headBytes = 0
    }
  }
}
