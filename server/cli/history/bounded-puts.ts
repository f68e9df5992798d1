/** Puts several buckets into a history at once, which stores those that wait together as one batch. */
import type { HistoryStore, PutOutcome } from '../../history/history-store.ts'
import type { CapturedBucket } from './captured-buckets.ts'

/** Of all that wait: some 20 MB. One bucket may be larger. */
const MAX_ROWS = 100_000
const MAX_PUTS = 64

export class BoundedPuts {
  readonly #store: Pick<HistoryStore, 'put'>
  readonly #onStored: (captured: CapturedBucket, outcome: PutOutcome) => void
  readonly #underWay = new Set<Promise<void>>()
  #rows = 0
  #failure: { readonly error: unknown } | null = null

  constructor(
    store: Pick<HistoryStore, 'put'>,
    onStored: (captured: CapturedBucket, outcome: PutOutcome) => void,
  ) {
    this.#store = store
    this.#onStored = onStored
  }

  /** Resolves when there is room for another one. Rejects with the error of any that failed. */
  async add(captured: CapturedBucket): Promise<void> {
    this.#throwFailure()
    const put = this.#put(captured).finally(() => this.#underWay.delete(put))
    this.#underWay.add(put)
    while (this.#underWay.size >= MAX_PUTS || (this.#rows > MAX_ROWS && this.#underWay.size > 0))
      await Promise.race(this.#underWay)
    this.#throwFailure()
  }

  /** Resolves when all are stored. Rejects with the first error. */
  async end(): Promise<void> {
    await Promise.all(this.#underWay)
    this.#throwFailure()
  }

  async #put(captured: CapturedBucket): Promise<void> {
    const rows = captured.bucket.entries.length
    this.#rows += rows
    try {
      this.#onStored(captured, await this.#store.put(captured.bucket))
    } catch (error) {
      this.#failure ??= { error }
    } finally {
      this.#rows -= rows
    }
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error
  }
}
