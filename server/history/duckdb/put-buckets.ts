/**
 * Stores buckets: their keys first, then their records with the notes that they are complete. Buckets that wait at the same time are one
 * transaction (group commit), because a transaction costs more than the records of a bucket.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { assert, ensure } from '../../../src/lib/assert.ts'
import type { Bucket, PutOutcome } from '../history-store.ts'
import type { EntryCodeColumns } from './entry-code-table.ts'
import { factChunks } from './fact-chunks.ts'
import { fillAppenders } from './filled-appenders.ts'
import { heldKey, type HeldVersion } from './held-index.ts'
import type { HistoryFolder } from './history-folder.ts'
import type { Part } from './part-files.ts'
import { partDeletions } from './part-tables.ts'

const MAX_ROWS_AT_ONCE = 100_000

interface Waiting {
  readonly bucket: Bucket
  readonly resolve: (outcome: PutOutcome) => void
  readonly reject: (error: unknown) => void
}

/** Puts the buckets that wait, as many at once as there are. */
export class PutQueue {
  readonly #put: (buckets: readonly Bucket[]) => Promise<readonly PutOutcome[]>
  #waiting: Waiting[] = []
  #isRunning = false

  constructor(put: (buckets: readonly Bucket[]) => Promise<readonly PutOutcome[]>) {
    this.#put = put
  }

  async put(bucket: Bucket): Promise<PutOutcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bucket, resolve, reject })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    // Otherwise the first of several that are put together would be a transaction of its own.
    await nextTurn()
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch()
      try {
        const outcomes = await this.#put(batch.map(({ bucket }) => bucket))
        for (const [i, { resolve }] of batch.entries()) resolve(ensure(outcomes[i], 'outcome'))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#isRunning = false
  }

  /** Those of one day, each start of a cluster once: the second one has to see the first. */
  #takeBatch(): readonly Waiting[] {
    const [first] = this.#waiting
    const seen = new Set<string>()
    let rows = 0
    let size = 0
    for (const { bucket } of this.#waiting) {
      const name = `${bucket.start} ${bucket.cluster}`
      rows += bucket.entries.length
      const fits =
        size === 0 || (rows <= MAX_ROWS_AT_ONCE && dayOf(bucket) === dayOf(ensure(first, 'first').bucket))
      if (!fits || seen.has(name)) break
      seen.add(name)
      size += 1
    }
    return this.#waiting.splice(0, size)
  }
}

function dayOf({ start }: Bucket): number {
  return Math.floor(start / 86_400)
}

interface Accepted {
  readonly bucket: Bucket
  readonly cluster: number
  readonly isHeld: boolean
}

/** Puts buckets of one day, each start of a cluster once, in one transaction. Inside of the session's `write`. */
export async function putBuckets(
  folder: HistoryFolder,
  buckets: readonly Bucket[],
): Promise<readonly PutOutcome[]> {
  const part = await folder.files.partAt('days', ensure(buckets[0], 'bucket').start)
  const held = await folder.held.of(part)
  const outcomes: PutOutcome[] = []
  const accepted: Accepted[] = []
  for (const bucket of buckets) {
    assert(
      bucket.start % BUCKET_SECONDS === 0 && bucket.seconds % BUCKET_SECONDS === 0,
      'a bucket of multiples of 15 s',
    )
    const cluster = await folder.codeOfCluster(bucket.cluster)
    const before = held.get(heldKey(cluster, bucket.start))
    const outcome = outcomeOf(bucket, before)
    outcomes.push(outcome)
    if (outcome !== 'stored') continue
    accepted.push({ bucket, cluster, isHeld: before !== undefined })
  }
  if (accepted.length === 0) return outcomes
  const codes = await folder.codes.codesOf(accepted)
  try {
    await store(folder, part, accepted, codes)
  } catch (error) {
    // They may be stored: DuckDB can fail at what it does after the commit, such as a checkpoint.
    folder.held.forget()
    throw error
  }
  for (const { bucket, cluster } of accepted) {
    held.set(heldKey(cluster, bucket.start), { version: bucket.version, rows: bucket.entries.length })
  }
  return outcomes
}

function outcomeOf({ version, entries }: Bucket, before: HeldVersion | undefined): PutOutcome {
  if (before === undefined) return 'stored'
  if (before.version >= version) return 'known'
  return before.rows > entries.length ? 'poorer' : 'stored'
}

async function store(
  folder: HistoryFolder,
  { catalog }: Part,
  accepted: readonly Accepted[],
  codes: readonly EntryCodeColumns[],
): Promise<void> {
  const { session } = folder
  const { api } = session
  const { USMALLINT, UINTEGER, BIGINT } = api
  const name = catalog.slice(1, -1)
  await session.transaction(async (connection) => {
    for (const { cluster, bucket } of accepted.filter(({ isHeld }) => isHeld)) {
      for (const deletion of partDeletions('days', catalog))
        await connection.run(deletion, [cluster, bucket.start])
    }
    const facts = await connection.createAppender('facts', 'main', name)
    const done = await connection.createAppender('done', 'main', name)
    fillAppenders([facts, done], () => {
      for (const [i, { bucket, cluster }] of accepted.entries()) {
        for (const chunk of factChunks(api, cluster, bucket, ensure(codes[i], 'codes')))
          facts.appendDataChunk(chunk)
      }
      const notes = api.DuckDBDataChunk.create(
        [USMALLINT, UINTEGER, UINTEGER, BIGINT, UINTEGER, BIGINT],
        accepted.length,
      )
      notes.setRows(
        accepted.map(({ cluster, bucket: { start, seconds, version, entries } }) => [
          cluster,
          start,
          seconds,
          BigInt(Math.trunc(version)),
          entries.length,
          folder.nextStamp(),
        ]),
      )
      done.appendDataChunk(notes)
    })
  })
}
