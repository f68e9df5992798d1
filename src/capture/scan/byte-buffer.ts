/** A growing buffer for the bytes of a stream that are still to be read, reused from chunk to chunk. */
export class ByteBuffer {
  #buffer = new Uint8Array(0)
  #used = 0

  /** The bytes kept and those of the chunk: a view of the buffer, valid until the next call. */
  append(chunk: Uint8Array): Uint8Array {
    const length = this.#used + chunk.length
    if (length > this.#buffer.length) {
      const longer = new Uint8Array(length * 2)
      longer.set(this.#buffer.subarray(0, this.#used))
      this.#buffer = longer
    }
    this.#buffer.set(chunk, this.#used)
    this.#used = length
    return this.#buffer.subarray(0, length)
  }

  /** Keeps the bytes from the index `at` on for the next call. */
  keepFrom(at: number): void {
    this.#buffer.copyWithin(0, at, this.#used)
    this.#used -= at
  }
}
