/** What the files say is held, and what is known to be missing. */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { HeldBucket, HistoryGap, HistoryRange, HistoryStats, KeptTimes } from '../history-store.ts'
import { ensure } from '../../../src/lib/assert.ts'
import { openGaps, withGap } from '../sql/gap-ranges.ts'
import { HOUR_SECONDS } from '../sql/tables.ts'
import type { DamagedFile } from './damaged-files.ts'
import { LONGEST_BUCKET } from './held-index.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import type { HistoryFolder } from './history-folder.ts'
import { bucketNotes } from './part-tables.ts'
import { bytesIn } from './retention.ts'
import { causeOf } from './set-aside.ts'

/** What reads the notes: the session, inside of its `write`, or the connection of a question, which keeps the files attached. */
export interface NotesSource extends Pick<HistoryFolder, 'files' | 'clusterCode'> {
  readonly session: Pick<DuckDbSession, 'rows'>
}

/** The buckets that begin in the range, sorted by start. What takes the folder, here and below, is for inside of the session's `write`. */
export async function heldBuckets(
  { session, files, clusterCode }: NotesSource,
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
  const gaps = withGap(await storedGaps(folder, code), gap)
  await folder.session.transaction(async (connection) => replaceGaps(folder, connection, code, gaps))
}

/** Inside of a transaction. */
export async function replaceGaps(
  { session: { api } }: HistoryFolder,
  connection: DuckDBConnection,
  code: number,
  gaps: readonly HistoryGap[],
): Promise<void> {
  await connection.run('delete from gaps where cluster = $1::usmallint', [code])
  for (const { from, to, cause } of gaps) {
    await connection.run(
      'insert into gaps values ($1, $2, $3, $4)',
      [code, BigInt(Math.floor(from)), BigInt(Math.ceil(to)), cause],
      [api.USMALLINT, api.BIGINT, api.BIGINT, api.VARCHAR],
    )
  }
}

/**
 * Stores what is left of the gaps before a time, of which records are about to be dropped: without these they would be seen again. Gaps
 * that ended before the oldest sums go.
 */
export async function settleGaps(
  folder: HistoryFolder,
  before: { readonly raw: number; readonly hours: number },
): Promise<void> {
  for (const cluster of folder.clusters) {
    const code = await folder.codeOfCluster(cluster)
    const gaps = await storedGaps(folder, code)
    const [first] = gaps
    if (first === undefined || first.from >= before.raw) continue
    const past = { from: first.from, to: Math.floor(before.raw) }
    const buckets = await heldBuckets(folder, cluster, { from: past.from - LONGEST_BUCKET, to: past.to })
    const left = [
      ...openGaps(gaps, buckets, past).filter(({ to }) => to > before.hours),
      ...gaps.filter(({ to }) => to > past.to).map((gap) => ({ ...gap, from: Math.max(gap.from, past.to) })),
    ].reduce<readonly HistoryGap[]>(withGap, [])
    await folder.session.transaction(async (connection) => replaceGaps(folder, connection, code, left))
  }
}

/** The gaps in the range, without what has come since. */
export async function gapsIn(
  source: NotesSource,
  cluster: string,
  range: HistoryRange,
): Promise<readonly HistoryGap[]> {
  const code = source.clusterCode(cluster)
  if (code === undefined) return []
  const buckets = await heldBuckets(source, cluster, { from: range.from - LONGEST_BUCKET, to: range.to })
  return openGaps(await storedGaps(source, code), buckets, range)
}

/** Notes what went with a file that was set aside as a gap of each cluster, up to now (Unix seconds). */
export async function noteDamage(folder: HistoryFolder, damaged: DamagedFile, now: number): Promise<void> {
  const cause = causeOf(damaged)
  for (const cluster of folder.clusters) {
    const { from, to } = await lostRange(folder, cluster, damaged)
    const gap = { from, to: Math.min(to, Math.floor(now)), cause }
    if (gap.from < gap.to) await storeGap(folder, cluster, gap)
  }
}

/** Of a day what follows its newest record, where only its log went; of a month of sums what cannot be summed again. */
async function lostRange(
  folder: HistoryFolder,
  cluster: string,
  { kind, from, to }: DamagedFile,
): Promise<HistoryRange> {
  const code = ensure(folder.clusterCode(cluster), 'code of a cluster')
  const found = kind === 'days' ? 'max(t + s)' : 'min(t)'
  const range = kind === 'days' ? { from, to } : undefined
  const times: number[] = []
  for (const { catalog } of folder.files.parts('days', range)) {
    const [row] = await folder.session.rows(`select ${found} from ${catalog}.main.done where cluster = $1`, [
      code,
    ])
    if (row !== undefined && row[0] !== null) times.push(Number(row[0]))
  }
  return kind === 'days'
    ? { from: Math.max(from, await firstHour(folder, code, { from, to }), ...times), to }
    : { from, to: Math.min(to, ...times.map((time) => Math.floor(time / HOUR_SECONDS) * HOUR_SECONDS)) }
}

/** The first hour that was ever summed of a cluster, where it is in the range: before it there was nothing. */
async function firstHour(
  { session, files }: HistoryFolder,
  code: number,
  { from, to }: HistoryRange,
): Promise<number> {
  let first = Infinity
  for (const { catalog } of files.parts('hours')) {
    const [row] = await session.rows(`select min(t) from ${catalog}.main.rolled where cluster = $1`, [code])
    if (row !== undefined && row[0] !== null) first = Math.min(first, Number(row[0]))
  }
  return first > from && first < to ? first : from
}

export async function storedGaps(
  { session }: Pick<NotesSource, 'session'>,
  code: number,
): Promise<readonly HistoryGap[]> {
  const rows = await session.rows(
    'select t_from, t_to, cause from gaps where cluster = $1 order by t_from, t_to',
    [code],
  )
  return rows.map(([from, to, cause]) => ({ from: Number(from), to: Number(to), cause: String(cause) }))
}

/** From when to when there are buckets and hours of a cluster; all null of one that is not known. */
export async function keptTimesOf(folder: HistoryFolder, cluster: string): Promise<KeptTimes> {
  const code = folder.clusterCode(cluster)
  if (code === undefined) return { oldest: null, newest: null, oldestHour: null }
  const { oldest, newest, oldestHour } = await keptIn(folder, code)
  return { oldest, newest, oldestHour }
}

/** Of the cluster with this code, or of all for null. */
async function keptIn(
  { session, files }: HistoryFolder,
  code: number | null,
): Promise<KeptTimes & { readonly rows: number }> {
  const ofCluster = code === null ? '' : ' where cluster = $1'
  const params = code === null ? [] : [code]
  let rows = 0
  const starts: number[] = []
  const ends: number[] = []
  for (const { catalog } of files.parts('days')) {
    const held = `select sum(n), min(t), max(t + s) from ${bucketNotes(catalog)}${ofCluster}`
    const [row] = await session.rows(held, params)
    if (row === undefined || row[0] === null) continue
    rows += Number(row[0])
    starts.push(Number(row[1]))
    ends.push(Number(row[2]))
  }
  const hours: number[] = []
  for (const { catalog } of files.parts('hours')) {
    const [row] = await session.rows(`select min(t) from ${catalog}.main.rolled${ofCluster}`, params)
    if (row !== undefined && row[0] !== null) hours.push(Number(row[0]))
  }
  return {
    rows,
    oldest: starts.length === 0 ? null : Math.min(...starts),
    newest: ends.length === 0 ? null : Math.max(...ends),
    oldestHour: hours.length === 0 ? null : Math.min(...hours),
  }
}

export async function statsOf(folder: HistoryFolder): Promise<HistoryStats> {
  const { session, damaged, path, temporary } = folder
  const kept = await keptIn(folder, null)
  const [entries] = await session.rows('select count(*) from keys', [])
  return {
    ...kept,
    engine: 'duckdb',
    version: session.api.version(),
    // What questions spill is gone soon: no day is deleted for it.
    bytes: await bytesIn(path, temporary),
    entries: Number(entries?.[0]),
    damaged: damaged.names,
  }
}
