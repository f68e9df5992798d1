/** Frees the space of what was dropped: whole partitions, where the user may. Readers do not depend on it. */
import { HistoryError } from '../history-error.ts'
import type { ClickHouseConnection } from './clickhouse-connection.ts'
import { identifier, literal, localTable, onCluster, partsOf, type Table } from './clickhouse-ddl.ts'

/** Drops the days and months that ended before these times. */
export async function dropPartitions(
  connection: ClickHouseConnection,
  { raw, hours }: { readonly raw: number; readonly hours: number },
): Promise<void> {
  try {
    await dropOf(connection, 'flows', dayOf(raw))
    await dropOf(connection, 'flows_1h', monthOf(hours))
    await dropOf(connection, 'buckets', monthOf(Math.min(raw, hours)))
  } catch (error) {
    // A user who may not, or a cluster without a Keeper: there the tables' own TTL frees the space.
    if (error instanceof HistoryError && error.trouble !== 'unavailable') return
    throw error
  }
}

async function dropOf(connection: ClickHouseConnection, table: Table, before: string): Promise<void> {
  const { database, cluster } = connection.address
  const local = localTable(table, cluster)
  const rows = await connection.rows({
    text: `select distinct partition_id from ${partsOf(cluster)} where active and database = {p1:String} and table = {p2:String} and partition_id < {p3:String} order by partition_id`,
    params: [database, local, before].map((value) => ({ type: 'text', value })),
  })
  for (const row of rows)
    await connection.command(
      `alter table ${identifier(database)}.${local}${onCluster(cluster)} drop partition id ${literal(String(row['partition_id']))}`,
    )
}

/** The partition of a day: `20260131`. */
function dayOf(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10).replaceAll('-', '')
}

function monthOf(time: number): string {
  return dayOf(time).slice(0, 6)
}
