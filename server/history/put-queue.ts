/**
 * Collects the buckets that wait to be put, because a transaction or a request costs more than the rows of a bucket: all that wait at
 * the same time are stored as one batch (group commit).
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ensure } from '../../src/lib/assert.ts'
import type { Bucket, PutOutcome } from './history-store.ts'

/** Of one batch: about 10 MB, and well below the 1,000,000 rows that ClickHouse splits an INSERT at. */
const MAX_BATCH_ROWS = 100_000
const DAY_SECONDS = 86_400

interface Waiting {
  readonly bucket: Bucket
  readonly resolve: (outcome: PutOutcome) => void
  readonly reject: (error: unknown) => void
}

export interface PutQueueOptions {
  /** Stores buckets of one day, of which no two are of one cluster and start. */
  readonly put: (buckets: readonly Bucket[]) => Promise<readonly PutOutcome[]>
  /** How many batches are stored at the same time. */
  readonly maxBatches: number
  /** Whether an error may be of one bucket: the others of the batch are stored without it then. */
  readonly mayBeOfOneBucket: (error: unknown) => boolean
}

export class PutQueue {
  readonly #options: PutQueueOptions
  #waiting: Waiting[] = []
  #running = 0

  constructor(options: PutQueueOptions) {
    this.#options = options
  }

  async put(bucket: Bucket): Promise<PutOutcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bucket, resolve, reject })
      if (this.#running < this.#options.maxBatches) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running += 1
    // Buckets that are put one after the other in this turn of the loop come together.
    await nextTurn()
    while (this.#waiting.length > 0) await this.#store(this.#takeBatch())
    this.#running -= 1
  }

  async #store(batch: readonly Waiting[]): Promise<void> {
    const { put, mayBeOfOneBucket } = this.#options
    try {
      const outcomes = await put(batch.map(({ bucket }) => bucket))
      for (const [i, { resolve }] of batch.entries()) resolve(ensure(outcomes[i], 'outcome'))
    } catch (error) {
      if (batch.length > 1 && mayBeOfOneBucket(error)) for (const each of batch) await this.#store([each])
      else for (const { reject } of batch) reject(error)
    }
  }

  /** Buckets of one day, so that they are of one file or one part of the table; each start of a cluster once: the second one has to see the first. */
  #takeBatch(): readonly Waiting[] {
    const day = dayOf(ensure(this.#waiting[0], 'first').bucket)
    const seen = new Set<string>()
    let rows = 0
    let size = 0
    for (const { bucket } of this.#waiting) {
      const name = `${bucket.start} ${bucket.cluster}`
      rows += bucket.entries.length
      if (size > 0 && (rows > MAX_BATCH_ROWS || dayOf(bucket) !== day || seen.has(name))) break
      seen.add(name)
      size += 1
    }
    return this.#waiting.splice(0, size)
  }
}

function dayOf({ start }: Bucket): number {
  return Math.floor(start / DAY_SECONDS)
}
