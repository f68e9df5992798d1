import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { FlowRing } from '../../upstream/flow-ring.ts'
import type { BucketSnapshot } from '../../upstream/ring/bucket-snapshot.ts'
import { HistoryError } from '../history-error.ts'
import type { Bucket, HistoryStore } from '../history-store.ts'
import { buildBucket } from './bucket-builder.ts'
import { farAheadError, isFarAhead } from './clock-bound.ts'
import type { Exclusively } from './exclusively.ts'
import { EntryIds } from './entry-ids.ts'
import type { PendingBucket, PendingBuckets } from './pending-buckets.ts'
import type { StoredIndex } from './stored-index.ts'
import { asHistoryError } from './writer-error.ts'

export interface BucketWriterOptions {
  readonly store: Pick<HistoryStore, 'put'>
  readonly cluster: string
  readonly index: StoredIndex
  /** Runs tasks that look what is held and put something, one after the other. */
  readonly exclusively: Exclusively
  readonly ring: FlowRing
  readonly clock: Clock
}

/** Puts of one attempt: another writer's newer version was there each time, with fewer rows than ours. */
const MAX_PUTS = 5

/**
 * Stores buckets of the ring. Which version a put has: the clock's time, and more than any version that is known
 * to be held, because clocks of several gateways differ. A further attempt with the same rows has the same version, so that
 * the store knows it.
 */
export class BucketWriter {
  readonly #options: BucketWriterOptions
  readonly #ids = new EntryIds()
  #rows = 0
  #buckets = 0
  #unreadable = 0
  #first: number | null = null

  constructor(options: BucketWriterOptions) {
    this.#options = options
  }

  /** Rows and buckets that were stored, and rows that could not be read, each time that their bucket was stored. */
  get counts(): { readonly rows: number; readonly buckets: number; readonly unreadable: number } {
    return { rows: this.#rows, buckets: this.#buckets, unreadable: this.#unreadable }
  }

  /** Unix seconds: the start of the oldest bucket that was stored; null for none. */
  get firstStored(): number | null {
    return this.#first
  }

  /**
   * Writes buckets together, which a store may take as one. Returns those that the ring does not have any more. Rejects with
   * the HistoryError of one of them, when all have been tried; those that failed are still pending then.
   */
  async write(buckets: readonly PendingBucket[], queue: PendingBuckets): Promise<readonly PendingBucket[]> {
    const { ring, exclusively } = this.#options
    const found: { readonly pending: PendingBucket; readonly rows: BucketSnapshot }[] = []
    const gone: PendingBucket[] = []
    for (const pending of buckets) {
      const rows = ring.rowsOf(pending.start)
      if (rows === null) gone.push(pending)
      else found.push({ pending, rows })
    }
    try {
      if (found.length > 0) await exclusively(() => this.#writeAll(found, queue))
    } finally {
      for (const { rows } of found) rows.release()
    }
    return gone
  }

  async #writeAll(
    buckets: readonly { readonly pending: PendingBucket; readonly rows: BucketSnapshot }[],
    queue: PendingBuckets,
  ): Promise<void> {
    const { index, clock } = this.#options
    await index.prepare(Math.min(...buckets.map(({ pending }) => pending.start)))
    const failures: unknown[] = []
    await Promise.all(
      buckets.map(async ({ pending, rows }) => {
        try {
          if (isFarAhead(pending.start, clock.now())) throw farAheadError()
          await index.prepare(pending.start)
          await this.#writeRows(rows, pending, queue)
          queue.onStored(pending)
        } catch (error) {
          failures.push(error)
          const { trouble } = asHistoryError(error)
          queue.onFailure(pending.start, trouble === 'failed' || trouble === 'too large', clock.now())
        }
      }),
    )
    if (failures.length > 0) throw failures[0]
  }

  async #writeRows(rows: BucketSnapshot, pending: PendingBucket, queue: PendingBuckets): Promise<void> {
    for (let puts = 0; !this.#isHeld(pending.start, rows.count); puts++) {
      if (puts === MAX_PUTS)
        throw new HistoryError('unavailable', 'Others store the same bucket at this time')
      if (await this.#put(rows, pending, queue)) return
    }
  }

  /** Whether the store has at least as many rows, or other buckets that overlap this one, as from Goldmane's emitter. */
  #isHeld(start: number, rows: number): boolean {
    const { index } = this.#options
    const held = index.get(start)
    if (held !== undefined && held.rows >= rows) return true
    return index
      .overlapping({ from: start, to: start + BUCKET_SECONDS })
      .some(({ seconds }) => seconds > BUCKET_SECONDS)
  }

  /** Returns whether the store has it now, or a bucket that is not poorer. */
  async #put(rows: BucketSnapshot, pending: PendingBucket, queue: PendingBuckets): Promise<boolean> {
    const { store, cluster, index, clock } = this.#options
    const held = index.get(rows.start)
    const least = held === undefined ? 0 : held.version + 1
    const version =
      pending.version !== null && pending.version >= least ? pending.version : Math.max(clock.now(), least)
    const { bucket, unreadable } = await buildBucket(rows, this.#ids, { cluster, version })
    if (bucket.entries.length === 0 || (held !== undefined && held.rows >= bucket.entries.length)) return true
    queue.onPut(pending, version)
    const outcome = await store.put(bucket)
    if (outcome === 'stored') {
      this.#note(bucket, unreadable)
      return true
    }
    if (outcome === 'too old') return true
    await index.refresh(rows.start)
    const now = index.get(rows.start)
    // The answer to an earlier attempt was lost. Of another gateway it may be another view of the same millisecond.
    if (now?.version === version && now.rows === bucket.entries.length) this.#note(bucket, unreadable)
    return outcome === 'poorer' || (now !== undefined && now.rows >= bucket.entries.length)
  }

  #note({ start, seconds, version, entries }: Bucket, unreadable: number): void {
    this.#options.index.note({ start, seconds, version, rows: entries.length })
    this.#rows += entries.length
    this.#buckets += 1
    this.#first = Math.min(this.#first ?? start, start)
    this.#unreadable += unreadable
  }
}
