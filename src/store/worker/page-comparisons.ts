/** The comparisons of one page, of which the newest is answered, by a chunk that is loaded when the first one is asked for. */
import { lazyChunk } from '../../lib/preload.ts'
import { toTrouble } from '../../source/trouble.ts'
import type { CompareAnswer, CompareQuestion } from '../compare-messages.ts'
import type { FromWorker } from '../protocol.ts'
import type { Feed } from './feed.ts'

/** Preloaded: captures may be compared without a network. */
const comparer = lazyChunk(() => import('./compare-job.ts'))

export class PageComparisons {
  readonly #post: (message: FromWorker) => void
  #running = new AbortController()

  constructor(post: (message: FromWorker) => void) {
    this.#post = post
  }

  /** Ends the comparison of before, which is then not answered. `now` is in Unix seconds. */
  async start(id: number, question: CompareQuestion, { store, budget }: Feed, now: number): Promise<void> {
    this.cancel()
    const { signal } = (this.#running = new AbortController())
    const answer = await comparer()
      .then(({ answerComparison }) => answerComparison(question, { store, now, budget }, signal))
      .catch((error: unknown): CompareAnswer => ({ ok: false, trouble: toTrouble(error) }))
    if (!signal.aborted) this.#post({ type: 'answer', id, answer })
  }

  cancel(): void {
    this.#running.abort()
  }
}
