/**
 * Decompresses a large file in a worker of its own, while this one parses. The first bytes are decompressed here, so that
 * the first rows need not wait for that worker, and a small file does without. Where none can be started, all are.
 */
// Workers and their ports have no origin to name.
/* oxlint-disable unicorn/require-post-message-target-origin */
import type { Decompress } from '../capture/scan/decompression.ts'
import type { PlainBytes, ToDecompressor } from './plain-bytes.ts'

/** The part of a worker that is used. */
export interface Decompressor {
  postMessage(message: ToDecompressor): void
  addEventListener(type: 'message', listener: (event: MessageEvent<PlainBytes>) => void): void
  addEventListener(type: 'error' | 'messageerror', listener: () => void): void
  terminate(): void
}

/** A smaller file is decompressed sooner than a worker is there and the two have shared the work. */
const MIN_FILE_BYTES = 4 * 2 ** 20
/** Plain bytes after which the worker is started: the first rows are being drawn. */
const START_AFTER_BYTES = 2 * 2 ** 20

/** Null where a worker cannot start another one. */
function startWorker(): Decompressor | null {
  if (typeof Worker === 'undefined') return null
  try {
    return new Worker(new URL('./decompress-worker.ts', import.meta.url), {
      type: 'module',
      name: 'decompress',
    })
  } catch {
    return null
  }
}

export interface BesideOptions {
  readonly signal: AbortSignal
  readonly start?: () => Decompressor | null
  readonly startAfter?: number
}

/** For `readCapture`: decompresses `file` beside it; undefined for one that is too small. */
export function decompressingBeside(
  file: Blob,
  signal: AbortSignal,
): ((here: Decompress, onBytes: (bytesRead: number) => void) => Decompress) | undefined {
  if (file.size < MIN_FILE_BYTES) return undefined
  return (here, onBytes) => decompressBeside(file, here, onBytes, { signal })
}

/** Gives what `here` gives, and tells the same losses. Throws the signal's reason, too. */
export function decompressBeside(
  file: Blob,
  here: Decompress,
  onBytes: (bytesRead: number) => void,
  { signal, start = startWorker, startAfter = START_AFTER_BYTES }: BesideOptions,
): Decompress {
  return async function* (chunks, onLoss) {
    let given = 0
    let losses = 0
    const beside = new PlainBytesReceiver(file, start, signal)
    const plain = here(chunks, (sentence) => {
      losses++
      onLoss(sentence)
    })
    try {
      while (!beside.hasBegun) {
        const { done, value } = await plain.next()
        if (done === true) return
        given += value.length
        yield value
        if (given >= startAfter) beside.begin()
      }
      await plain.return(undefined)
      // What is decompressed does not depend on where: the worker's bytes and losses begin with those that were given.
      for await (const { parts, loss, bytesRead } of beside.messages()) {
        onBytes(bytesRead)
        for (const part of parts) {
          const repeated = Math.min(given, part.length)
          given -= repeated
          if (repeated < part.length) yield part.subarray(repeated)
        }
        if (loss === null) continue
        if (losses > 0) losses--
        else onLoss(loss)
      }
    } finally {
      beside.close()
    }
  }
}

class PlainBytesReceiver {
  readonly #file: Blob
  readonly #start: () => Decompressor | null
  readonly #signal: AbortSignal
  #worker: Decompressor | null = null
  #isStarted = false
  readonly #received: PlainBytes[] = []
  #hasFailed = false
  #wake: () => void = () => {}
  readonly #onAbort = (): void => this.#wake()

  constructor(file: Blob, start: () => Decompressor | null, signal: AbortSignal) {
    this.#file = file
    this.#start = start
    this.#signal = signal
  }

  /** Starts the worker, unless it was started. */
  begin(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    const worker = (this.#worker = this.#start())
    if (worker === null) return
    worker.addEventListener('message', ({ data }) => {
      this.#received.push(data)
      this.#wake()
    })
    for (const type of ['error', 'messageerror'] as const) {
      worker.addEventListener(type, () => {
        this.#hasFailed = true
        this.#wake()
      })
    }
    worker.postMessage({ type: 'file', file: this.#file })
    this.#signal.addEventListener('abort', this.#onAbort)
  }

  /** Whether bytes are there. It stays false where the worker did not start. */
  get hasBegun(): boolean {
    return this.#received.length > 0
  }

  /** All messages from the first one on. Throws why the file could not be read any further, and the signal's reason. */
  async *messages(): AsyncGenerator<PlainBytes> {
    for (;;) {
      this.#signal.throwIfAborted()
      const message = this.#received.shift()
      if (message !== undefined) {
        yield message
        if (message.error !== null) throw message.error
        if (message.isEnd) return
        const bytes = message.parts.reduce((sum, { length }) => sum + length, 0)
        this.#worker?.postMessage({ type: 'taken', bytes })
        continue
      }
      if (this.#hasFailed) throw new Error('the worker that decompresses the file has failed')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#worker?.terminate()
  }
}
