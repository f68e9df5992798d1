/**
 * The plain bytes of a compressed file as messages from a worker that decompresses it to the one that parses it. The
 * bytes are handed over, not copied, and no more of them wait than {@link MAX_WAITING_BYTES}.
 */
// Workers and their ports have no origin to name.
/* oxlint-disable unicorn/require-post-message-target-origin */
import { chunksOf, headOf } from '../capture/scan/chunks.ts'
import { decompressionOf } from '../capture/scan/decompression.ts'
import { streamOfBlob } from '../capture/scan/read-ahead.ts'

/** Plain bytes, then a loss if there is one, then the end or an error, if there is one. */
export interface PlainBytes {
  readonly parts: readonly Uint8Array[]
  /** What is wrong with the compressed data behind these bytes. */
  readonly loss: string | null
  /** Bytes of the file, as it lies on disk, that were read by then. */
  readonly bytesRead: number
  readonly isEnd: boolean
  /** Why the file could not be read any further. */
  readonly error: unknown
}

/** To the worker: the file first, then how many plain bytes were taken. */
export type ToDecompressor =
  | { readonly type: 'file'; readonly file: Blob }
  | { readonly type: 'taken'; readonly bytes: number }

/** The worker's end of the channel. */
export interface SendingPort {
  postMessage(message: PlainBytes, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent<ToDecompressor>) => void): void
}

/** So many bytes make a message: each costs a turn of the event loop on both sides. */
const MESSAGE_BYTES = 512 * 1024
const MAX_WAITING_BYTES = 8 * 2 ** 20
/** Shorter parts may be views of a buffer that the decoder goes on with, and copying them is as cheap. */
const MIN_TRANSFERRED_BYTES = 16 * 1024

/** Decompresses the file that the port gives, and posts its plain bytes. */
export function servePlainBytes(port: SendingPort): void {
  const sender = new PlainBytesSender(port)
  port.addEventListener('message', ({ data }) => {
    if (data.type === 'file') void sender.send(data.file)
    else sender.onTaken(data.bytes)
  })
}

class PlainBytesSender {
  readonly #port: SendingPort
  #parts: Uint8Array<ArrayBuffer>[] = []
  #length = 0
  #bytesRead = 0
  /** Plain bytes that were posted, and not taken yet. */
  #waiting = 0
  #wake: (() => void) | null = null

  constructor(port: SendingPort) {
    this.#port = port
  }

  onTaken(bytes: number): void {
    this.#waiting -= bytes
    if (this.#waiting <= MAX_WAITING_BYTES) this.#wake?.()
  }

  async send(file: Blob): Promise<void> {
    try {
      const chunks = chunksOf(streamOfBlob(file), undefined, (bytes) => (this.#bytesRead += bytes))
      const { head, all } = await headOf(chunks)
      const decompress = decompressionOf(head)
      // The one who asks has seen that it is compressed; the file has changed since.
      if (decompress === null) throw new DOMException('The file has changed', 'NotReadableError')
      for await (const part of decompress(all, (loss) => this.#post({ loss }))) await this.#add(part)
      this.#post({ isEnd: true })
    } catch (error) {
      this.#post({ isEnd: true, error })
    }
  }

  async #add(part: Uint8Array): Promise<void> {
    this.#parts.push(ownBytes(part))
    this.#length += part.length
    if (this.#length < MESSAGE_BYTES) return
    this.#post()
    if (this.#waiting <= MAX_WAITING_BYTES) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = null
  }

  #post(rest: Partial<Pick<PlainBytes, 'loss' | 'isEnd' | 'error'>> = {}): void {
    const parts = this.#parts
    const message = { parts, loss: null, bytesRead: this.#bytesRead, isEnd: false, error: null, ...rest }
    this.#port.postMessage(
      message,
      parts.map(({ buffer }) => buffer),
    )
    this.#waiting += this.#length
    this.#parts = []
    this.#length = 0
  }
}

/** The bytes in a buffer that can be handed over. */
function ownBytes(part: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = part
  const isWhole = part.length === buffer.byteLength && part.length >= MIN_TRANSFERRED_BYTES
  return isWhole && buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : part.slice()
}
