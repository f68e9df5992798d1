/**
 * Follows the framing of a gRPC body as its bytes pass: five bytes of head (flags, big-endian length), then the
 * message. It holds no bytes; it only knows whether the last frame is whole.
 */
const HEAD = 5

export class FrameBoundary {
  /** Bytes of the current head seen so far. */
  #head = 0
  /** The length in the current head, as far as it was seen; then what is still to come of the message. */
  #rest = 0

  /** True between two frames, where another frame may be put. */
  get whole(): boolean {
    return this.#head === 0
  }

  take(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#head < HEAD) {
        const byte = chunk[at++] ?? 0
        // Not `<<`: a length of 2^31 and more would turn negative.
        if (this.#head > 0) this.#rest = this.#rest * 256 + byte
        this.#head++
      } else {
        const step = Math.min(this.#rest, chunk.length - at)
        this.#rest -= step
        at += step
      }
      if (this.#head === HEAD && this.#rest === 0) this.#head = 0
    }
  }
}
