/** What the files say is held, and what is known to be missing. */
import type { HeldBucket, HistoryGap, HistoryRange, HistoryStats } from '../history-store.ts'
import { openGaps, withGap } from '../sql/gap-ranges.ts'
import type { HistoryFolder } from './history-folder.ts'
import { bytesIn } from './retention.ts'

/** Seconds. No writer's bucket is longer; a gap may begin inside of one. */
const LONGEST_BUCKET = 3600

/** The buckets that begin in the range, sorted by start. Inside of the session's `write`, as all of these. */
export async function heldBuckets(
  { session, files, clusterCode }: HistoryFolder,
  cluster: string,
  { from, to }: HistoryRange,
): Promise<readonly HeldBucket[]> {
  const code = clusterCode(cluster)
  const held: HeldBucket[] = []
  if (code === undefined) return held
  for (const { catalog } of files.parts('days', { from, to })) {
    const rows = await session.rows(
      `select t, s, ver, n from ${catalog}.main.done where cluster = $1 and t >= $2 and t < $3 order by t`,
      [code, from, to],
    )
    for (const [start, seconds, version, n] of rows) {
      held.push({ start: Number(start), seconds: Number(seconds), version: Number(version), rows: Number(n) })
    }
  }
  return held
}

/** Stores a gap, merged with those that it touches. */
export async function storeGap(folder: HistoryFolder, cluster: string, gap: HistoryGap): Promise<void> {
  const code = await folder.codeOfCluster(cluster)
  const merged = withGap(await storedGaps(folder, code), gap)
  const { api } = folder.session
  await folder.session.transaction(async (connection) => {
    await connection.run('delete from gaps where cluster = $1::usmallint', [code])
    for (const { from, to, cause } of merged) {
      await connection.run(
        'insert into gaps values ($1, $2, $3, $4)',
        [code, BigInt(Math.floor(from)), BigInt(Math.ceil(to)), cause],
        [api.USMALLINT, api.BIGINT, api.BIGINT, api.VARCHAR],
      )
    }
  })
}

/** The gaps in the range, without what has come since. */
export async function gapsIn(
  folder: HistoryFolder,
  cluster: string,
  range: HistoryRange,
): Promise<readonly HistoryGap[]> {
  const code = folder.clusterCode(cluster)
  if (code === undefined) return []
  const buckets = await heldBuckets(folder, cluster, { from: range.from - LONGEST_BUCKET, to: range.to })
  return openGaps(await storedGaps(folder, code), buckets, range)
}

async function storedGaps({ session }: HistoryFolder, code: number): Promise<readonly HistoryGap[]> {
  const rows = await session.rows(
    'select t_from, t_to, cause from gaps where cluster = $1 order by t_from, t_to',
    [code],
  )
  return rows.map(([from, to, cause]) => ({ from: Number(from), to: Number(to), cause: String(cause) }))
}

export async function statsOf({ session, files }: HistoryFolder, path: string): Promise<HistoryStats> {
  let rows = 0
  const starts: number[] = []
  const ends: number[] = []
  for (const { catalog } of files.parts('days')) {
    const [row] = await session.rows(`select sum(n), min(t), max(t + s) from ${catalog}.main.done`, [])
    if (row === undefined || row[0] === null) continue
    rows += Number(row[0])
    starts.push(Number(row[1]))
    ends.push(Number(row[2]))
  }
  const hours: number[] = []
  for (const { catalog } of files.parts('hours')) {
    const [row] = await session.rows(`select min(t) from ${catalog}.main.rolled`, [])
    if (row !== undefined && row[0] !== null) hours.push(Number(row[0]))
  }
  const [entries] = await session.rows('select count(*) from keys', [])
  return {
    engine: 'duckdb',
    version: session.api.version(),
    bytes: await bytesIn(path),
    rows,
    entries: Number(entries?.[0]),
    oldest: starts.length === 0 ? null : Math.min(...starts),
    newest: ends.length === 0 ? null : Math.max(...ends),
    oldestHour: hours.length === 0 ? null : Math.min(...hours),
  }
}
