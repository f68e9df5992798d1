/** Serves one page's orders about policies. A lazy chunk. */
import type { RecordStore } from '../keys/record-store.ts'
import type { PolicyOrder } from '../policy-messages.ts'
import type { FromWorker } from '../protocol.ts'

/** What a run evaluates the keys of. */
export interface PolicyScene {
  readonly store: RecordStore
  /** Unix seconds by the clock that the records have their times from. */
  readonly now: number
  /** The end of sliding ranges, and the play head. */
  readonly newest: number | null
  readonly head: number | null
}

export class PolicyDesk {
  readonly #post: (message: FromWorker) => void

  constructor(post: (message: FromWorker) => void, _scene: () => PolicyScene | null) {
    this.#post = post
  }

  receive(id: number, { order }: PolicyOrder): void {
    const trouble = {
      kind: 'unsupported',
      say: `Not built yet: ${order}`,
      detail: null,
      retry: false,
    } as const
    this.#post({ type: 'policies', id, news: { news: 'failed', trouble } })
  }

  close(): void {}
}
