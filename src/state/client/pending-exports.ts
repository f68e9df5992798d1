/** The exports that the worker writes for this page. */
import { type Trouble, TroubleError } from '../../source/trouble.ts'
import type {
  ExportedFile,
  ExportedView,
  ExportProgress,
  ExportRequest,
  FromWorker,
  ToWorker,
} from '../../store/protocol.ts'
import type { ViewRequests } from './view-requests.ts'

type ExportMessage = Extract<FromWorker, { type: 'exporting' | 'exported' }>

interface PendingExport {
  readonly onProgress: (progress: ExportProgress) => void
  readonly resolve: (file: ExportedFile) => void
  readonly reject: (error: unknown) => void
}

/** Why an export ends when its source does: the rest of its records is gone. */
export const SOURCE_CLOSED: Trouble = {
  kind: 'refused',
  say: 'Another source was opened before the file was written. Export again, from what is open now.',
  detail: null,
  retry: false,
}

export class PendingExports {
  readonly #post: (message: ToWorker, transfer?: Transferable[]) => void
  readonly #pending = new Map<number, PendingExport>()
  readonly #views: Pick<ViewRequests, 'wanted'>
  #lastId = 0

  constructor(
    post: (message: ToWorker, transfer?: Transferable[]) => void,
    views: Pick<ViewRequests, 'wanted'>,
  ) {
    this.#post = post
    this.#views = views
  }

  /** The view that is shown, as an export takes it; null before one was asked for. */
  get view(): ExportedView | null {
    const { wanted } = this.#views
    if (wanted === null) return null
    const { shape, filter, time, until = null, sort, frozen, newSince } = wanted
    return { shape, filter, time, until, sort, frozen, newSince }
  }

  /** Rejects with a {@link TroubleError}, or with the signal's reason when it is aborted before the end. */
  start(
    request: ExportRequest,
    signal: AbortSignal,
    onProgress: (progress: ExportProgress) => void,
  ): Promise<ExportedFile> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const id = ++this.#lastId
      this.#pending.set(id, { onProgress, resolve, reject })
      signal.addEventListener(
        'abort',
        () => {
          if (!this.#pending.delete(id)) return
          this.#post({ type: 'export-cancel', id })
          reject(signal.reason)
        },
        { once: true },
      )
      const { download } = request
      this.#post({ type: 'export', id, request }, download && [download])
    })
  }

  /** A message about an export that was cancelled meanwhile is ignored. */
  receive(message: ExportMessage): void {
    const pending = this.#pending.get(message.id)
    if (pending === undefined) return
    if (message.type === 'exporting') return pending.onProgress(message.progress)
    this.#pending.delete(message.id)
    const { result } = message
    if (result.ok) pending.resolve(result.file)
    else pending.reject(new TroubleError(result.trouble))
  }

  /** Ends all of them: the worker failed, or has closed their source. */
  fail(trouble: Trouble): void {
    for (const { reject } of this.#pending.values()) reject(new TroubleError(trouble))
    this.#pending.clear()
  }
}
