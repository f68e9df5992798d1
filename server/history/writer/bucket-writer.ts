import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { FlowRing } from '../../upstream/flow-ring.ts'
import type { BucketSnapshot } from '../../upstream/ring/bucket-snapshot.ts'
import type { Bucket, HistoryStore } from '../history-store.ts'
import { buildBucket } from './bucket-builder.ts'
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
 * Stores one bucket of the ring at a time. Which version a put has: the clock's time, and more than any version that is known
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

  /** Returns whether the ring has the bucket. Rejects with the store's HistoryError; the bucket is still pending then. */
  async write(pending: PendingBucket, queue: PendingBuckets): Promise<boolean> {
    const { ring, exclusively, clock } = this.#options
    const rows = ring.rowsOf(pending.start)
    if (rows === null) return false
    try {
      await exclusively(() => this.#writeRows(rows, pending, queue))
      queue.onStored(pending)
      return true
    } catch (error) {
      const { trouble } = asHistoryError(error)
      queue.onFailure(pending.start, trouble === 'failed' || trouble === 'too large', clock.now())
      throw error
    } finally {
      rows.release()
    }
  }

  async #writeRows(rows: BucketSnapshot, pending: PendingBucket, queue: PendingBuckets): Promise<void> {
    await this.#options.index.prepare(pending.start)
    for (let puts = 0; !this.#isHeld(pending.start, rows.count) && puts < MAX_PUTS; puts++)
      if (await this.#put(rows, pending, queue)) return
  }

  /** Whether the store has at least as many rows, or other buckets that overlap this one, as from Goldmane's emitter. */
  #isHeld(start: number, rows: number): boolean {
    const { index } = this.#options
    const held = index.get(start)
    if (held !== undefined && held.rows >= rows) return true
    return index
      .overlapping({ from: start, to: start + BUCKET_SECONDS })
      .some((each) => each.start !== start || each.seconds > BUCKET_SECONDS)
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
    await index.refresh(rows.start)
    const now = index.get(rows.start)
    // The answer to an earlier attempt was lost.
    if (now?.version === version) this.#note(bucket, unreadable)
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
