/** Sums the records of closed hours, each hour as a new revision of one bucket of the table `flows_1h`. */
import { CLICKHOUSE } from '../sql/dialect.ts'
import { count, joined, sql, statementOf, text, verbatim } from '../sql/sql-text.ts'
import { COUNTER_COLUMNS, HOUR_SECONDS } from '../sql/tables.ts'
import type { BucketLedger } from './bucket-ledger.ts'
import type { ClickHouseConnection } from './clickhouse-connection.ts'
import { columnsOf } from './clickhouse-ddl.ts'

/**
 * Rolls up what has changed since it was rolled up. Returns how many hours. Where `reading` is the connection of another user, the
 * sums pass through the gateway, because a statement has one user and neither may read records and write sums.
 */
export async function rollUpHours(
  connection: ClickHouseConnection,
  reading: ClickHouseConnection,
  ledger: BucketLedger,
  cluster: string,
  closedBefore: number,
): Promise<number> {
  const closed = { from: 0, to: Math.floor(closedBefore / HOUR_SECONDS) * HOUR_SECONDS }
  const rolledUp = new Map(
    (await ledger.held(cluster, HOUR_SECONDS, closed)).map(({ start, digest }) => [start, digest]),
  )
  let hours = 0
  for (const { hour, digest, isCut } of await ledger.hours(cluster, closed)) {
    // Of an hour that retention has cut, the roll-up has more than the records that are left.
    if (rolledUp.has(hour) && (isCut || rolledUp.get(hour) === digest)) continue
    await rollUpHour({ connection, reading, ledger }, cluster, hour, digest)
    hours++
  }
  return hours
}

async function rollUpHour(
  {
    connection,
    reading,
    ledger,
  }: {
    readonly connection: ClickHouseConnection
    readonly reading: ClickHouseConnection
    readonly ledger: BucketLedger
  },
  cluster: string,
  hour: number,
  digest: bigint,
): Promise<void> {
  const bucket = {
    cluster,
    start: hour,
    seconds: HOUR_SECONDS,
    version: Date.now(),
    digest,
  } as const
  const notes = await ledger.notesOf(HOUR_SECONDS, [bucket])
  const [revision = 0] = await ledger.claim(HOUR_SECONDS, [{ ...bucket, rows: 0 }], notes)
  const flows = verbatim(connection.table('flows'))
  const hours = verbatim(connection.table('flows_1h'))
  const name = text(cluster)
  const start = sql`toDateTime(${count(hour)}, 'UTC')`
  const sums = Object.values(COUNTER_COLUMNS).map((column) => sql`sum(${verbatim(column)})`)
  const isHeld = ledger.isOfHeld(name, 15, { from: hour, to: hour + HOUR_SECONDS })
  const { text: statement, params } = statementOf(
    sql`select ${name}, ${start}, k, any(act), toUInt16(${count(revision)}), toUInt32(count()), min(toUnixTimestamp(t)),
      toUInt32(max(toUnixTimestamp(t) + s)), ${joined(sums, ', ')}
      from ${flows} final where cluster = ${name} and t >= ${start} and t < toDateTime(${count(hour + HOUR_SECONDS)}, 'UTC') and ${isHeld} group by k`,
    CLICKHOUSE,
  )
  // Each try has a revision of its own, so what an earlier one left behind is never seen.
  if (reading === connection) {
    const insert = `insert into ${connection.table('flows_1h')} (${columnsOf('flows_1h')})`
    await connection.command(`${insert} ${statement}`, params, { insert_deduplicate: 0 })
  } else {
    await connection.insertStream('flows_1h', reading.stream(`${statement} format RowBinary`, params))
  }
  const [row] = await reading.rows(
    statementOf(
      sql`select count() as written from ${hours} where cluster = ${name} and t = ${start} and rev = ${count(revision)}`,
      CLICKHOUSE,
    ),
  )
  const rows = Number(row?.['written'] ?? 0)
  await ledger.finish(HOUR_SECONDS, [{ bucket: { ...bucket, rows }, revision }])
}
