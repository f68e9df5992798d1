import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { HeldBucket, HistoryRange, HistoryStore } from '../history-store.ts'

/** Seconds: the longest bucket that may overlap a range from before it. */
const MAX_BUCKET_S = 3600
/** Seconds that are read at a time, and for how long they are believed (milliseconds): others may write them too. */
const SHARED = { ahead: 3600, maxAgeMs: 5000 }
const OWN = { ahead: 86_400, maxAgeMs: Infinity }
/** Seconds: nothing comes that is older than two of Goldmane's hours. */
const KEPT_S = 3 * 3600

export interface StoredIndexOptions {
  readonly store: Pick<HistoryStore, 'have'>
  readonly cluster: string
  /** Whether other gateways may write the same cluster at the same time. */
  readonly isShared: boolean
  readonly clock: Clock
}

/** What the store holds of a cluster's last hours: read when it must be, and kept up by what is written. */
export class StoredIndex {
  readonly #options: StoredIndexOptions
  readonly #byStart = new Map<number, HeldBucket>()
  /** The range that was read last, and when (Unix milliseconds). */
  #read: HistoryRange & { readonly at: number } = { from: 0, to: 0, at: -Infinity }
  #newest: HeldBucket | null = null

  constructor(options: StoredIndexOptions) {
    this.#options = options
  }

  /** The newest bucket that is known to be stored. */
  get newest(): HeldBucket | null {
    return this.#newest
  }

  /** Resolves when it is known what is held from `start` on, for at least an hour. Rejects with the store's HistoryError. */
  async prepare(start: number): Promise<void> {
    const { isShared, clock } = this.#options
    const { maxAgeMs } = isShared ? SHARED : OWN
    const { from, to, at } = this.#read
    const isRead = from <= start && start + MAX_BUCKET_S <= to
    if (!isRead || clock.now() - at >= maxAgeMs) await this.refresh(start)
  }

  /** Reads what the store holds now from `start` on, and what reaches into it. */
  async refresh(start: number): Promise<void> {
    const { store, cluster, isShared, clock } = this.#options
    const { ahead } = isShared ? SHARED : OWN
    const at = clock.now()
    const to = start + MAX_BUCKET_S + ahead
    for (const bucket of await store.have(cluster, { from: start - MAX_BUCKET_S, to })) this.note(bucket)
    this.#read = { from: start, to, at }
  }

  /** Notes a bucket that is stored. */
  note(bucket: HeldBucket): void {
    this.#byStart.set(bucket.start, bucket)
    if (this.#newest === null || endOf(bucket) >= endOf(this.#newest)) this.#newest = bucket
    // A Map is in order of insertion, which is nearly that of time.
    for (const start of this.#byStart.keys()) {
      if (start >= this.#newest.start - KEPT_S - MAX_BUCKET_S) return
      this.#byStart.delete(start)
    }
  }

  get(start: number): HeldBucket | undefined {
    return this.#byStart.get(start)
  }

  /** The buckets that overlap a range, in no order. */
  overlapping({ from, to }: HistoryRange): readonly HeldBucket[] {
    const found: HeldBucket[] = []
    for (let start = from - MAX_BUCKET_S; start < to; start += BUCKET_SECONDS) {
      const bucket = this.#byStart.get(start)
      if (bucket !== undefined && endOf(bucket) > from) found.push(bucket)
    }
    return found
  }
}

function endOf({ start, seconds }: HeldBucket): number {
  return start + seconds
}
