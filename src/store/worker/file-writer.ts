/** The worker's end of a file that the browser saves while it is written (src/lib/download-port.ts). */
import { type Clock, systemClock } from '../../lib/clock.ts'
import type { FileBeginning, FromFileWriter, ToFileWriter } from '../../lib/download-port.ts'
import { TroubleError } from '../../source/trouble.ts'

/** The service worker may have to be started first. Without an answer the file is made the other way. */
const MAX_START_MS = 5000

export class FileWriter {
  readonly #port: MessagePort
  readonly #signal: AbortSignal
  /** Chunks that the browser asks for. */
  #wanted = 0
  #isOver = false
  #wake = (): void => {}

  /** An abort of the signal ends the download; the promises of {@link write} then reject with its reason. */
  constructor(port: MessagePort, signal: AbortSignal) {
    this.#port = port
    this.#signal = signal
    port.onmessage = ({ data }: MessageEvent<ToFileWriter>) => {
      if (data === 'cancelled') this.#isOver = true
      else this.#wanted += data
      this.#wake()
    }
    // The service worker is gone.
    port.addEventListener('close', () => this.#end())
    signal.addEventListener('abort', () => this.abort())
  }

  /** Lets the browser begin a download. Resolves to whether it did; the writer is of no use otherwise. */
  async begin(span: FileBeginning['span'], clock: Clock = systemClock): Promise<boolean> {
    if (this.#isOver) return false
    this.#post({ type: 'begin', span })
    const answered = this.#change()
    const stop = clock.after(MAX_START_MS, () => this.#wake())
    await answered
    stop()
    if (this.#wanted > 0) return true
    this.abort()
    this.#signal.throwIfAborted()
    return false
  }

  /** Gives bytes away once the browser asks for them: their buffer is not to be used again. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    // oxlint-disable-next-line no-await-in-loop -- each message may be the one that asks for more
    while (this.#wanted === 0 && !this.#isOver) await this.#change()
    this.#signal.throwIfAborted()
    if (this.#isOver) throw endedByBrowser()
    this.#wanted--
    // A buffer crosses as a whole, whatever part of it the bytes are.
    const isMostOfIt = bytes.byteLength * 2 > bytes.buffer.byteLength
    const chunk = isMostOfIt ? bytes : bytes.slice()
    this.#port.postMessage(chunk, [chunk.buffer])
  }

  /** Says that the file is whole. */
  end(): void {
    if (this.#isOver) throw endedByBrowser()
    this.#post('end')
    this.#end()
  }

  /** Gives up: the browser calls the download failed, and keeps nothing of it. */
  abort(): void {
    if (this.#isOver) return
    this.#post('abort')
    this.#port.close()
    this.#end()
  }

  #end(): void {
    this.#isOver = true
    this.#wake()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #post(message: FromFileWriter): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port's takes none
    this.#port.postMessage(message)
  }
}

function endedByBrowser(): TroubleError {
  return new TroubleError({
    kind: 'refused',
    say: 'The browser ended the download before the file was whole: it was cancelled there, or there was no room for it.',
    detail: null,
    retry: false,
  })
}
