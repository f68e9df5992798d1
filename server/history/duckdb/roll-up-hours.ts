/** The hourly roll-up: the records of an hour, summed by entry, in the file of the month. */
import { COUNTER_COLUMNS, HOUR_SECONDS } from '../sql/tables.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import type { Part, PartFiles } from './part-files.ts'
import { bucketNotes, partDeletions } from './part-tables.ts'

const COUNTERS = Object.values(COUNTER_COLUMNS)

interface ChangedHour {
  readonly hour: number
  readonly stamp: number
  readonly isRolled: boolean
  readonly day: Part
}

/** Rolls up the hours of a cluster that ended by a time and have changed since. Returns how many. */
export async function rollUpHours(
  session: DuckDbSession,
  files: PartFiles,
  cluster: number,
  { closedBefore, isCut }: { readonly closedBefore: number; readonly isCut: (hour: number) => boolean },
): Promise<number> {
  const changed = await session.write(async () => changedHours(session, files, cluster))
  // Of an hour that retention or damage has cut, the roll-up has more than the records that are left.
  const due = changed.filter(
    ({ hour, isRolled }) => hour + HOUR_SECONDS <= closedBefore && (!isRolled || !isCut(hour)),
  )
  // One after the other, so that buckets are stored between them.
  for (const hour of due) await session.write(async () => rollUpHour(session, files, cluster, hour))
  return due.length
}

async function changedHours(
  session: DuckDbSession,
  files: PartFiles,
  cluster: number,
): Promise<readonly ChangedHour[]> {
  const rolled = new Map<number, number>()
  for (const { catalog } of files.parts('hours')) {
    const rows = await session.rows(
      `select t, max(stamp) from ${catalog}.main.rolled where cluster = $1 group by t`,
      [cluster],
    )
    for (const [t, stamp] of rows) rolled.set(Number(t), Number(stamp))
  }
  const changed: ChangedHour[] = []
  for (const day of files.parts('days')) {
    const rows = await session.rows(
      `select t // ${HOUR_SECONDS} * ${HOUR_SECONDS} as hour, max(stamp) from ${bucketNotes(day.catalog)} where cluster = $1 group by hour order by hour`,
      [cluster],
    )
    for (const [t, stamp] of rows) {
      const hour = Number(t)
      const before = rolled.get(hour)
      if (before !== undefined && before >= Number(stamp)) continue
      changed.push({ hour, stamp: Number(stamp), isRolled: before !== undefined, day })
    }
  }
  return changed
}

async function rollUpHour(
  session: DuckDbSession,
  files: PartFiles,
  cluster: number,
  { hour, stamp, day }: ChangedHour,
): Promise<void> {
  const { catalog } = await files.partAt('hours', hour)
  const sums = COUNTERS.map((column) => `sum(${column})::bigint`).join(', ')
  await session.transaction(async (connection) => {
    for (const deletion of partDeletions('hours', catalog)) await connection.run(deletion, [cluster, hour])
    await connection.run(
      `insert into ${catalog}.main.hours select any_value(cluster), $2::uinteger, greatest(${HOUR_SECONDS}, max(t + s) - $2::uinteger), k, any_value(act), count(*), min(t), max(t + s), ${sums}
       from ${day.catalog}.main.facts where cluster = $1::usmallint and t >= $2::uinteger and t < $3::uinteger group by k order by k`,
      [cluster, hour, hour + HOUR_SECONDS],
    )
    await connection.run(
      `insert into ${catalog}.main.rolled values ($1::usmallint, $2::uinteger, $3::bigint)`,
      [cluster, hour, BigInt(stamp)],
    )
  })
}
