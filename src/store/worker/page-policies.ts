/** The policies of one page, read and evaluated by a chunk that is loaded with the first order. */
import { lazyChunk } from '../../lib/preload.ts'
import { toTrouble } from '../../source/trouble.ts'
import type { FromWorker } from '../protocol.ts'
import type { PolicyOrderMessage } from '../policy-messages.ts'
import type { PolicyDesk, PolicyScene } from './policy-desk.ts'

/** Preloaded: policies may be loaded without a network. */
const policyDesk = lazyChunk(() => import('./policy-desk.ts'))

export class PagePolicies {
  readonly #post: (message: FromWorker) => void
  readonly #scene: () => PolicyScene | null
  #desk: Promise<PolicyDesk> | null = null

  /** `scene`: the open source, with its play head and the end of sliding ranges; null once it is closed. */
  constructor(post: (message: FromWorker) => void, scene: () => PolicyScene | null) {
    this.#post = post
    this.#scene = scene
  }

  receive({ id, order }: PolicyOrderMessage): void {
    const post = this.#post
    this.#desk ??= policyDesk().then((chunk) => new chunk.PolicyDesk(post, this.#scene))
    this.#desk.then(
      (desk) => desk.receive(id, order),
      (error) => {
        this.#desk = null
        post({ type: 'policies', id, news: { news: 'failed', trouble: toTrouble(error) } })
      },
    )
  }

  /** Forgets what was loaded: the page went away, or uses another worker. */
  forget(): void {
    void this.#desk?.then((desk) => desk.close())
    this.#desk = null
  }
}
