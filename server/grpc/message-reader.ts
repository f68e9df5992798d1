/** Splits the body of a gRPC answer into its messages. */
import { COMPRESSED_FLAG, HEAD_BYTES } from './frame.ts'

/** A body that is not read further. The message is a sentence for the reader of the screen, without a full stop. */
export class UnreadableAnswerError extends Error {
  override readonly name = 'UnreadableAnswerError'
}

/**
 * A message that lies within one chunk is a view of the chunk, valid until the callback returns. One that is spread over
 * chunks is copied once, into a buffer of its length.
 */
export class MessageReader {
  readonly #maxMessageBytes: number
  readonly #onMessage: (message: Buffer) => void
  readonly #head = Buffer.alloc(HEAD_BYTES)
  #headBytes = 0
  /** The message that lies across chunks; null between messages and inside a head. */
  #message: Buffer | null = null
  #messageBytes = 0

  constructor(maxMessageBytes: number, onMessage: (message: Buffer) => void) {
    this.#maxMessageBytes = maxMessageBytes
    this.#onMessage = onMessage
  }

  /** Whether the body may end here. */
  get isAtBoundary(): boolean {
    return this.#headBytes === 0 && this.#message === null
  }

  /** @throws UnreadableAnswerError for a compressed or too long message, or flags that gRPC does not have */
  read(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#message !== null) {
        at = this.#fillMessage(this.#message, chunk, at)
      } else if (this.#headBytes === 0 && chunk.length - at >= HEAD_BYTES) {
        at = this.#startMessage(this.#lengthIn(chunk, at), chunk, at + HEAD_BYTES)
      } else {
        const taken = chunk.copy(this.#head, this.#headBytes, at, at + HEAD_BYTES - this.#headBytes)
        this.#headBytes += taken
        at += taken
        if (this.#headBytes < HEAD_BYTES) return
        this.#headBytes = 0
        at = this.#startMessage(this.#lengthIn(this.#head, 0), chunk, at)
      }
    }
  }

  /** Hands the message over if the chunk has all of it. Returns the position after what was taken. */
  #startMessage(length: number, chunk: Buffer, at: number): number {
    const end = at + length
    if (end > chunk.length) {
      this.#message = Buffer.allocUnsafe(length)
      this.#messageBytes = 0
      return at
    }
    this.#onMessage(chunk.subarray(at, end))
    return end
  }

  #fillMessage(message: Buffer, chunk: Buffer, at: number): number {
    const taken = chunk.copy(message, this.#messageBytes, at)
    this.#messageBytes += taken
    if (this.#messageBytes === message.length) {
      this.#message = null
      this.#onMessage(message)
    }
    return at + taken
  }

  #lengthIn(bytes: Buffer, at: number): number {
    const flags = bytes.readUInt8(at)
    if (flags === COMPRESSED_FLAG) {
      throw new UnreadableAnswerError('Goldmane sent a compressed message, which was not asked for')
    }
    if (flags !== 0) {
      throw new UnreadableAnswerError(`Goldmane sent a message with the flags ${flags}, which gRPC lacks`)
    }
    const length = bytes.readUInt32BE(at + 1)
    if (length > this.#maxMessageBytes) {
      throw new UnreadableAnswerError(
        `Goldmane sent a message of ${length} bytes; at most ${this.#maxMessageBytes} are read`,
      )
    }
    return length
  }
}
