/** What the history in ClickHouse holds, and how large it is. */
import type { HistoryStats, KeptTimes } from '../history-store.ts'
import { HOUR_SECONDS } from '../sql/tables.ts'
import type { BucketExtent, BucketLedger } from './bucket-ledger.ts'
import type { ClickHouseConnection } from './clickhouse-connection.ts'
import { localTable, partsOf, TABLES } from './clickhouse-ddl.ts'

export async function readKeptTimes(ledger: BucketLedger, cluster: string): Promise<KeptTimes> {
  const [raw, hours] = await Promise.all([ledger.extent(15, cluster), ledger.extent(HOUR_SECONDS, cluster)])
  return keptTimesOf(raw, hours)
}

export async function readClickHouseStats(
  connection: ClickHouseConnection,
  ledger: BucketLedger,
): Promise<HistoryStats> {
  const { database, cluster } = connection.address
  const tables = TABLES.map((table) => localTable(table, cluster))
  const [[about], [size], [keys], raw, hours] = await Promise.all([
    connection.rows({ text: 'select version() as version', params: [] }),
    connection.rows({
      text: `select sum(bytes_on_disk) as bytes from ${partsOf(cluster)} where active and database = {p1:String} and table in {p2:Array(String)}`,
      params: [
        { type: 'text', value: database },
        { type: 'texts', value: tables },
      ],
    }),
    connection.rows({ text: `select count() as entries from ${connection.table('keys')} final`, params: [] }),
    ledger.extent(15, null),
    ledger.extent(HOUR_SECONDS, null),
  ])
  return {
    engine: 'clickhouse',
    version: String(about?.['version']),
    bytes: Number(size?.['bytes']),
    rows: raw?.rows ?? 0,
    entries: Number(keys?.['entries']),
    ...keptTimesOf(raw, hours),
    damaged: [],
  }
}

function keptTimesOf(raw: BucketExtent | null, hours: BucketExtent | null): KeptTimes {
  return { oldest: raw?.first ?? null, newest: raw?.last ?? null, oldestHour: hours?.first ?? null }
}
