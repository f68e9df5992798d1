/** The exports of one page, each written by a chunk that is loaded when the first one is asked for. */
import { lazyChunk } from '../../lib/preload.ts'
import { toTrouble } from '../../source/trouble.ts'
import type { ExportRequest, ExportResult, FromWorker, ViewRequest } from '../protocol.ts'
import { resolveRange } from '../query/sliding-range.ts'
import type { Feed } from './feed.ts'

/** Preloaded: a capture may be exported without a network. */
const exporter = lazyChunk(() => import('./export-job.ts'))

export class PageExports {
  readonly #post: (message: FromWorker) => void
  readonly #clock: () => number
  readonly #running = new Map<number, AbortController>()

  /** `clock` gives Unix milliseconds. */
  constructor(post: (message: FromWorker) => void, clock: () => number) {
    this.#post = post
    this.#clock = clock
  }

  /** Writes a file and posts it, or why it could not be written. `now` and `newest` are in Unix seconds. */
  async start(
    id: number,
    request: ExportRequest,
    feed: Feed,
    now: number,
    newest: number | null,
  ): Promise<void> {
    const { store } = feed
    const { headers } = feed.status()
    const abort = new AbortController()
    this.#running.set(id, abort)
    const { signal } = abort
    const time = resolveRange(request.view.time, newest)
    const view: ViewRequest = {
      ...request.view,
      time,
      offset: 0,
      limit: 0,
      selected: null,
      arrangement: null,
      trendMeasure: 'records',
    }
    const result = await exporter()
      .then(({ writeExport }) => {
        signal.throwIfAborted()
        return writeExport({ store, view, now, headers }, request, {
          signal,
          onProgress: (progress) => this.#post({ type: 'exporting', id, progress }),
          clock: this.#clock,
        })
      })
      .then((file): ExportResult => ({ ok: true, file }))
      .catch((error: unknown): ExportResult => ({ ok: false, trouble: toTrouble(error) }))
    this.#running.delete(id)
    if (!signal.aborted) this.#post({ type: 'exported', id, result })
  }

  /** Stops an export, which is then not answered. */
  cancel(id: number): void {
    this.#running.get(id)?.abort()
  }

  cancelAll(): void {
    for (const abort of this.#running.values()) abort.abort()
  }
}
