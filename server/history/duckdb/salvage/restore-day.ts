/**
 * Stores what was read of a damaged day again, an hour at a time: the buckets of an hour are one transaction with their notes, and a
 * bucket that is there already is left out, so that all of it may be ended at any time and begun anew.
 */
import type { DuckDBValue } from '@duckdb/node-api'
import { HOUR_SECONDS } from '../../sql/tables.ts'
import { heldKey, type HeldVersion, overlappingBuckets } from '../held-index.ts'
import type { HistoryFolder } from '../history-folder.ts'
import type { Part } from '../part-files.ts'
import { partDeletions } from '../part-tables.ts'
import { STAGED_BUCKETS, STAGED_FACTS } from './staged-buckets.ts'

interface StagedBucket extends HeldVersion {
  readonly cluster: number
  readonly start: number
  readonly isWhole: boolean
}

/** Rejects with the signal's reason between two hours. */
export async function restoreDay(folder: HistoryFolder, signal: AbortSignal): Promise<void> {
  const { session } = folder
  const hours = await session.write(async () =>
    session.rows(
      `select distinct t // ${HOUR_SECONDS} * ${HOUR_SECONDS} as hour from ${STAGED_BUCKETS} order by hour`,
      [],
    ),
  )
  for (const [hour] of hours) {
    signal.throwIfAborted()
    // One after the other, so that buckets are stored between them.
    await session.write(async () => restoreHour(folder, Number(hour)))
  }
}

async function restoreHour(folder: HistoryFolder, hour: number): Promise<void> {
  const { session, held, rawSince } = folder
  const rows = await session.rows(
    `select cluster, t, s, ver, n, coalesce(noted, n), is_whole from ${STAGED_BUCKETS} where t >= $1 and t < $2 and t + s > $3 and (n > 0 or is_whole)`,
    [hour, hour + HOUR_SECONDS, rawSince],
  )
  if (rows.length === 0) return
  const part = await folder.writablePart(hour)
  const index = await held.of(part)
  const taken = rows.map(bucketOf).filter((bucket) => isWanted(bucket, index))
  if (taken.length === 0) return
  try {
    await store(folder, part, taken, index)
  } catch (error) {
    // They may be stored: DuckDB can fail at what it does after the commit.
    held.forget()
    throw error
  }
  for (const { cluster, start, isWhole, ...version } of taken)
    index.set(heldKey(cluster, start), {
      ...version,
      rowsBeforeDamage: isWhole ? null : version.rowsBeforeDamage,
    })
}

function bucketOf([cluster, t, s, ver, n, noted, isWhole]: readonly DuckDBValue[]): StagedBucket {
  return {
    cluster: Number(cluster),
    start: Number(t),
    seconds: Number(s),
    version: Number(ver),
    rows: Number(n),
    rowsBeforeDamage: Number(noted),
    isWhole: isWhole === true,
  }
}

/** Whether it has more than what has been stored of its time since: a bucket that lost records may have more of them than a whole one. */
function isWanted(bucket: StagedBucket, held: ReadonlyMap<number, HeldVersion>): boolean {
  const { cluster, start, isWhole, rows } = bucket
  // Of a bucket of another length it is not known which records are the same.
  if (overlappingBuckets(held, cluster, bucket).length > 0) return false
  const before = held.get(heldKey(cluster, start))
  if (before === undefined) return true
  return rows > before.rows || (isWhole && before.rowsBeforeDamage !== null)
}

async function store(
  folder: HistoryFolder,
  { catalog }: Part,
  taken: readonly StagedBucket[],
  held: ReadonlyMap<number, HeldVersion>,
): Promise<void> {
  // One for all of the hour, which has changed since it was summed: its sums may be of more records, or of fewer.
  const stamp = folder.nextStamp()
  await folder.session.transaction(async (connection) => {
    for (const { cluster, start } of taken) {
      if (!held.has(heldKey(cluster, start))) continue
      for (const deletion of partDeletions('days', catalog)) await connection.run(deletion, [cluster, start])
    }
    for (const [cluster, starts] of startsOf(taken)) {
      // Numbers of our own: nothing that a sender has written is in the text.
      const place = `cluster = ${cluster} and t in (${starts.join(', ')})`
      const columns = 'cluster, t, s, ver, n'
      await connection.run(`insert into ${catalog}.main.facts select * from ${STAGED_FACTS} where ${place}`)
      await connection.run(
        `insert into ${catalog}.main.done select ${columns}, ${stamp} from ${STAGED_BUCKETS} where ${place} and is_whole`,
      )
      await connection.run(
        `insert into ${catalog}.main.partial select ${columns}, noted, ${stamp} from ${STAGED_BUCKETS} where ${place} and not is_whole`,
      )
    }
  })
}

function startsOf(buckets: readonly StagedBucket[]): ReadonlyMap<number, readonly number[]> {
  const starts = new Map<number, number[]>()
  for (const { cluster, start } of buckets) starts.set(cluster, [...(starts.get(cluster) ?? []), start])
  return starts
}
