/** Asks the worker for files whether a file is a capture, whichever worker the page uses. */
import type { CaptureCheck } from '../../source/capture-check.ts'
import type { Trouble } from '../../source/trouble.ts'
import type { Port } from './worker-ports.ts'

export class CaptureChecks {
  readonly #files: () => Port
  #port: Port | null = null
  /** The sentences of the workers that failed, which may never answer again. */
  readonly #failures = new Map<Port, string>()
  #lastId = 0
  /** The check that waits for its answer. */
  #pending: { readonly id: number; readonly settle: (check: CaptureCheck) => void } | null = null

  constructor(files: () => Port) {
    this.#files = files
  }

  /** Rejects with the signal's reason when it is aborted before the answer. The worker has one check at a time. */
  check(file: File, signal: AbortSignal): Promise<CaptureCheck> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const port = this.#listen()
      const failure = this.#failures.get(port)
      if (failure !== undefined) return resolve(failed(failure))
      const id = ++this.#lastId
      this.#pending = { id, settle: resolve }
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      // Workers and their ports have no origin to name.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      port.postMessage({ type: 'check', id, file })
    })
  }

  /** Starts the worker with the code that it needs for files: the reader is about to choose one. */
  prepare(): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
    if (this.#port === null) this.#listen().postMessage({ type: 'preload' })
  }

  /** A worker failed: its script did not load, or it threw. */
  fail(port: Port, { say }: Trouble): void {
    this.#failures.set(port, say)
    if (port !== this.#port) return
    this.#pending?.settle(failed(say))
    this.#pending = null
  }

  #listen(): Port {
    if (this.#port !== null) return this.#port
    const port = (this.#port = this.#files())
    port.addEventListener('message', ({ data }) => {
      if (data.type !== 'checked' || data.id !== this.#pending?.id) return
      this.#pending.settle(data.check)
      this.#pending = null
    })
    return port
  }
}

function failed(say: string): CaptureCheck {
  return { ok: false, say, reasons: [], refused: 0 }
}
