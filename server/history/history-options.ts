/** What is configured of the history. */

export const CLICKHOUSE_SCHEME = 'clickhouse'

/** Days for which records as they came are kept, unless given. */
export const DEFAULT_DAYS = { folder: 7, clickhouse: 30 } as const
export const DEFAULT_HOUR_DAYS = 400
/** Bytes that DuckDB may take: with Node and the last hour in memory, the gateway stays below 400 MiB. */
export const DEFAULT_HISTORY_MEMORY = 128 * 2 ** 20

export interface HistoryOptions {
  /** A folder, or an address clickhouse://…. */
  readonly where: string
  /** How long records as they came are kept, and their sums by the hour. */
  readonly days: number
  readonly hourDays: number
  /** Bytes on disk; null without a limit. */
  readonly maxBytes: number | null
  /** Bytes that DuckDB may take. */
  readonly memory: number
  readonly passwordFile: string | null
  readonly caFile: string | null
  /** Another user of ClickHouse, who answers questions; null where the one of the address does that too. */
  readonly reader: HistoryReaderUser | null
}

export interface HistoryReaderUser {
  readonly user: string
  readonly passwordFile: string | null
}

export function isClickHouse(where: string): boolean {
  return where.toLowerCase().startsWith(`${CLICKHOUSE_SCHEME}://`)
}
