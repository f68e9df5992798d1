/** The connection to a ClickHouse: statements, rows and inserts over HTTP, whose failures are errors of the history. */
import { Readable } from 'node:stream'
import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client'
import { HistoryError } from '../history-error.ts'
import type { Param, Statement } from '../sql/sql-text.ts'
import type { SqlRow } from '../sql/sums.ts'
import type { ClickHouseAddress } from './clickhouse-address.ts'
import { columnsOf, identifier, isOnAllShards, type Table } from './clickhouse-ddl.ts'
import { historyErrorOf } from './clickhouse-error.ts'

export interface ClickHouseAccess {
  readonly address: ClickHouseAddress
  /** Empty for none. */
  readonly password: string
  /** PEM of the authority that signed the server's certificate; null for the usual ones. */
  readonly ca: string | null
}

export interface ReadOptions {
  readonly settings: ClickHouseSettings
  readonly signal: AbortSignal | null
}

/** For statements without limits of their own: of the silence of the server, not of the whole statement. */
const REQUEST_TIMEOUT_MS = 120_000
/** Rows that are passed on at once, so that what is asked for each batch is asked seldom. */
const BATCH_ROWS = 10_000

export class ClickHouseConnection {
  readonly address: ClickHouseAddress
  readonly #client: ClickHouseClient
  #shards: Promise<number> | null = null

  constructor({ address, password, ca }: ClickHouseAccess) {
    this.address = address
    this.#client = createClient({
      url: address.url,
      username: address.user,
      password,
      application: 'flowtrace',
      request_timeout: REQUEST_TIMEOUT_MS,
      // Lists of ids are longer than an address may be.
      use_multipart_params_auto: true,
      log: { level: ClickHouseLogLevel.OFF },
      ...(ca === null ? {} : { tls: { ca_cert: Buffer.from(ca) } }),
      clickhouse_settings: {
        // An error after the first rows would come as a part of the answer.
        wait_end_of_query: 1,
        output_format_json_quote_64bit_integers: 1,
        ...(address.cluster === null
          ? {}
          : // Keys lie on the shard of their facts.
            { distributed_product_mode: 'local', distributed_foreground_insert: 1 }),
      },
    })
  }

  /** The table's full name. */
  table(table: Table): string {
    return `${identifier(this.address.database)}.${table}`
  }

  /** Runs a statement without rows. */
  async command(
    text: string,
    params: readonly Param[] = [],
    settings: ClickHouseSettings = {},
  ): Promise<void> {
    await this.#guarded(null, () =>
      this.#client.command({ query: text, query_params: valuesOf(params), clickhouse_settings: settings }),
    )
  }

  async rows(statement: Statement, options: Partial<ReadOptions> = {}): Promise<readonly SqlRow[]> {
    const rows: SqlRow[] = []
    for await (const batch of this.batches(statement, options)) for (const row of batch) rows.push(row)
    return rows
  }

  async *batches(
    { text, params }: Statement,
    { settings = {}, signal = null }: Partial<ReadOptions> = {},
  ): AsyncIterable<readonly SqlRow[]> {
    const result = await this.#guarded(signal, () =>
      this.#client.query({
        query: text,
        query_params: valuesOf(params),
        clickhouse_settings: settings,
        format: 'JSONEachRow',
        ...(signal === null ? {} : { abort_signal: signal }),
      }),
    )
    let batch: SqlRow[] = []
    try {
      for await (const rows of result.stream<SqlRow>()) {
        for (const row of rows) batch.push(row.json())
        if (batch.length < BATCH_ROWS) continue
        yield batch
        batch = []
      }
    } catch (error) {
      signal?.throwIfAborted()
      throw historyErrorOf(error)
    } finally {
      result.close()
    }
    yield batch
  }

  /**
   * Inserts rows in the format RowBinary. With a token, a second insert of the same rows is ignored by the server. A table that is on all
   * shards gets them there one by one.
   */
  async insert(table: Table, rows: Buffer, token: string | null = null): Promise<void> {
    const shards = isOnAllShards(table) ? await this.#shardCount() : 1
    for (let shard = 1; shard <= shards; shard++) {
      await this.#guarded(null, async () => {
        const { stream } = await this.#client.exec({
          query: `insert into ${this.table(table)} (${columnsOf(table)}) format RowBinary`,
          values: Readable.from([rows], { objectMode: false }),
          clickhouse_settings: {
            async_insert: 0,
            ...(token === null ? {} : { insert_deduplication_token: token }),
            ...(shards > 1 ? { insert_shard_id: String(shard) } : {}),
          },
        })
        stream.resume()
      })
    }
  }

  /** The number of the shards that are configured; 1 for a single server. */
  #shardCount(): Promise<number> {
    this.#shards ??= this.#readShardCount().catch((error: unknown) => {
      this.#shards = null
      throw error
    })
    return this.#shards
  }

  async #readShardCount(): Promise<number> {
    const { cluster } = this.address
    if (cluster === null) return 1
    const [row] = await this.rows({
      text: 'select max(shard_num) as shards from system.clusters where cluster = {p1:String}',
      params: [{ type: 'text', value: cluster }],
    })
    const shards = Number(row?.['shards'] ?? 0)
    if (shards > 0) return shards
    throw new HistoryError('failed', `ClickHouse has no cluster ${JSON.stringify(cluster)}`)
  }

  async #guarded<T>(signal: AbortSignal | null, call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      signal?.throwIfAborted()
      throw historyErrorOf(error)
    }
  }

  async close(): Promise<void> {
    await this.#client.close()
  }
}

/** By the names that the dialect gives the places: p1, p2, …. */
function valuesOf(params: readonly Param[]): Record<string, unknown> {
  return Object.fromEntries(params.map((param, i) => [`p${i + 1}`, param.value]))
}
