/** Bytes of a stream that are looked at before they are taken. */
import { ByteBuffer } from './byte-buffer.ts'

const NO_BYTES: Uint8Array = new Uint8Array(0)

export class ByteInput {
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #buffer = new ByteBuffer()
  #bytes: Uint8Array = NO_BYTES
  #at = 0
  #isAtEnd = false
  /** How many bytes were taken: the offset of the next one in the file. */
  offset = 0

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** The next `count` bytes, fewer at the end. They are valid until the next call. */
  async peek(count: number): Promise<Uint8Array> {
    while (!this.#isAtEnd && this.#bytes.length - this.#at < count) {
      const { done, value } = await this.#chunks.next()
      if (done === true) {
        this.#isAtEnd = true
        break
      }
      this.#buffer.keepFrom(this.#at)
      this.#at = 0
      this.#bytes = this.#buffer.append(value)
    }
    return this.#bytes.subarray(this.#at, this.#at + count)
  }

  /** Takes bytes that {@link peek} gave. */
  skip(count: number): void {
    this.#at += count
    this.offset += count
  }

  /** As {@link skip}, and returns the bytes. */
  take(count: number): Uint8Array {
    const bytes = this.#bytes.subarray(this.#at, this.#at + count)
    this.skip(count)
    return bytes
  }

  /** Takes bytes unseen. Whether there were so many. */
  async discard(count: number): Promise<boolean> {
    let left = count
    while (left > 0) {
      const bytes = await this.peek(Math.min(left, 64 * 1024))
      if (bytes.length === 0) return false
      this.skip(bytes.length)
      left -= bytes.length
    }
    return true
  }
}
