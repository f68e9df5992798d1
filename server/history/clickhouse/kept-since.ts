/** From when on ClickHouse keeps records: what is older would be stored and never be seen, or be deleted at once. */
import { CLICKHOUSE } from '../sql/dialect.ts'
import { sql, statementOf, text, verbatim } from '../sql/sql-text.ts'
import type { ClickHouseConnection } from './clickhouse-connection.ts'
import { localTable } from './clickhouse-ddl.ts'

/** Milliseconds: a gateway drops what is too old once an hour. */
const MAX_AGE_MS = 300_000
const DAY_MS = 86_400_000

interface Retention {
  /** Unix seconds: what ended until then was dropped. */
  readonly dropped: number
  /** By the table's own TTL, which may be another than the one it would be made with; null for ever. */
  readonly days: number | null
}

export class KeptSince {
  readonly #connection: ClickHouseConnection
  #retention: Promise<Retention> | null = null
  /** Unix milliseconds. */
  #readAt = -Infinity

  constructor(connection: ClickHouseConnection) {
    this.#connection = connection
  }

  /** Unix seconds: a bucket is kept that begins then or later; at most five minutes old. */
  async time(now: number): Promise<number> {
    if (this.#retention === null || now - this.#readAt > MAX_AGE_MS) {
      this.#readAt = now
      this.#retention = this.#read().catch((error: unknown) => {
        this.#retention = null
        throw error
      })
    }
    const { dropped, days } = await this.#retention
    return Math.max(dropped, days === null ? 0 : Math.floor((now - days * DAY_MS) / 1000))
  }

  /** Something was dropped. */
  forget(): void {
    this.#retention = null
  }

  async #read(): Promise<Retention> {
    const { database, cluster } = this.#connection.address
    const engine = sql`select max(engine_full) from system.tables where database = ${text(database)} and name = ${text(localTable('buckets', cluster))}`
    const dropped = sql`select max(before) from ${verbatim(this.#connection.table('dropped'))} where grain = 15`
    const [row] = await this.#connection.rows(
      statementOf(sql`select (${dropped}) as dropped_before, (${engine}) as engine_text`, CLICKHOUSE),
    )
    // As ClickHouse prints the TTL of clickhouse-ddl.ts; of another one nothing is known.
    const [, days] =
      /TTL t \+ toIntervalDay\((\d+)\) WHERE grain < 3600/.exec(String(row?.['engine_text'])) ?? []
    return { dropped: Number(row?.['dropped_before'] ?? 0), days: days === undefined ? null : Number(days) }
  }
}
