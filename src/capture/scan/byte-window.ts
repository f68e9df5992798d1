/** The bytes of a stream that are still to be read, in one place that is used again for those that follow. */
export class ByteWindow {
  #buffer = new Uint8Array(0)
  #used = 0

  /** The bytes that were left over and those of the chunk: a view that the next call makes void. */
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

  /** Leaves over what is from `at` on. */
  keepFrom(at: number): void {
    this.#buffer.copyWithin(0, at, this.#used)
    this.#used -= at
  }
}
