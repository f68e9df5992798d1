/**
 * Stores buckets: their keys first, then their records with the notes that they are complete. Buckets that wait at the same time are one
 * transaction (group commit), because a transaction costs more than the records of a bucket.
 */
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { assert, ensure } from '../../../src/lib/assert.ts'
import type { Bucket, PutOutcome } from '../history-store.ts'
import type { EntryCodeColumns } from '../entry-code-table.ts'
import { emptyFactChunk, factChunks } from './fact-chunks.ts'
import { fillAppenders } from './filled-appenders.ts'
import { heldKey, type HeldVersion, overlappingBuckets } from './held-index.ts'
import type { HistoryFolder } from './history-folder.ts'
import type { Part } from './part-files.ts'
import { partDeletions } from './part-tables.ts'

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
  const part = await folder.writablePart(ensure(buckets[0], 'bucket').start)
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
    const outcome = overlapsPartial(held, cluster, bucket) ? 'poorer' : outcomeOf(bucket, before)
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
    held.set(heldKey(cluster, bucket.start), {
      seconds: bucket.seconds,
      version: bucket.version,
      rows: bucket.entries.length,
      rowsBeforeDamage: null,
    })
  }
  return outcomes
}

/**
 * Whether a bucket of another length overlaps one of which damage took records. Writers do not know it: `have()` tells of whole ones alone,
 * so that the others are filled where Goldmane still has them.
 */
function overlapsPartial(held: ReadonlyMap<number, HeldVersion>, cluster: number, bucket: Bucket): boolean {
  return overlappingBuckets(held, cluster, bucket).some(({ rowsBeforeDamage }) => rowsBeforeDamage !== null)
}

function outcomeOf({ version, entries }: Bucket, before: HeldVersion | undefined): PutOutcome {
  if (before === undefined) return 'stored'
  // One that is no poorer than it was brings back what damage took, also in the same version.
  if (before.rowsBeforeDamage !== null) return before.rowsBeforeDamage > entries.length ? 'poorer' : 'stored'
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
    const chunk = emptyFactChunk(api)
    fillAppenders([facts, done], () => {
      for (const [i, { bucket, cluster }] of accepted.entries()) {
        for (const filled of factChunks(api, chunk, cluster, bucket, ensure(codes[i], 'codes')))
          facts.appendDataChunk(filled)
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
