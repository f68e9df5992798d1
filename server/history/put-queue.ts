/**
 * Collects the buckets that wait to be put, because a request to ClickHouse costs more than the rows of a bucket: all that wait
 * at the same time are stored as one batch (group commit).
 */
import { ensure } from '../../../src/lib/assert.ts'
import { HistoryError } from '../history-error.ts'
import type { Bucket, PutOutcome } from '../history-store.ts'

/** Of one batch: about 10 MB, and well below the 1,000,000 rows that ClickHouse splits an INSERT at. */
const MAX_BATCH_ROWS = 100_000
/** One batch is made while the server writes another one. */
const MAX_BATCHES = 2
const DAY_SECONDS = 86_400

interface Waiting {
  readonly bucket: Bucket
  readonly resolve: (outcome: PutOutcome) => void
  readonly reject: (error: unknown) => void
}

type PutBatch = (buckets: readonly Bucket[]) => Promise<readonly PutOutcome[]>

export class ClickHousePutQueue {
  readonly #put: PutBatch
  #waiting: Waiting[] = []
  #running = 0

  /** @param put stores buckets of one day, of which no two are of one cluster and start */
  constructor(put: PutBatch) {
    this.#put = put
  }

  async put(bucket: Bucket): Promise<PutOutcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bucket, resolve, reject })
      if (this.#running < MAX_BATCHES) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running += 1
    // Buckets that are put one after the other in this turn of the loop come together.
    await new Promise((resolve) => void setImmediate(resolve))
    while (this.#waiting.length > 0) await this.#store(this.#takeBatch())
    this.#running -= 1
  }

  async #store(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#put(batch.map(({ bucket }) => bucket))
      for (const [i, { resolve }] of batch.entries()) resolve(ensure(outcomes[i], 'outcome'))
    } catch (error) {
      if (batch.length > 1 && mayBeOfOneBucket(error)) for (const each of batch) await this.#store([each])
      else for (const { reject } of batch) reject(error)
    }
  }

  /** Buckets of one day, so that they are one part of the table; each start of a cluster once: the second one has to see the first. */
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

/** Whether it is not the server's state that fails, so that other buckets of the batch may be stored without the one at fault. */
function mayBeOfOneBucket(error: unknown): boolean {
  return !(error instanceof HistoryError) || error.trouble === 'failed' || error.trouble === 'too large'
}

function dayOf({ start }: Bucket): number {
  return Math.floor(start / DAY_SECONDS)
}
