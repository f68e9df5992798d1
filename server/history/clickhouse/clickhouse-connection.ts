/** The connection of a user to a ClickHouse: statements, rows and inserts over HTTP, whose failures are errors of the history. */
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
import { AllowedSettings, SETTINGS_STATEMENT } from './allowed-settings.ts'
import { bindParams, type BoundStatement } from './bound-params.ts'
import type { ClickHouseAddress } from './clickhouse-address.ts'
import { columnsOf, identifier, isOnAllShards, type Table } from './clickhouse-ddl.ts'
import { historyErrorOf, isConnectionCut, isSettingRefused } from './clickhouse-error.ts'
import { ROW_FORMAT, RowBinaryReader } from './row-binary-reader.ts'

export interface ClickHouseAccess {
  readonly address: ClickHouseAddress
  /** Empty for none. */
  readonly password: string
  /** PEM of the authority that signed the server's certificate; null for the usual ones. */
  readonly ca: string | null
}

export interface ReadOptions {
  /** As far as the user may set them. */
  readonly settings: ClickHouseSettings
  readonly signal: AbortSignal | null
}

/** For statements without limits of their own: of the silence of the server, not of the whole statement. */
const REQUEST_TIMEOUT_MS = 120_000
/** Rows that are passed on at once, so that what is asked for each batch is asked seldom. Each may have a key of its own, of some kilobytes. */
const BATCH_ROWS = 2048

type InsertFormat = 'RowBinary' | 'Native'

export class ClickHouseConnection {
  readonly address: ClickHouseAddress
  readonly #client: ClickHouseClient
  readonly #readSettings: ClickHouseSettings
  readonly #writeSettings: ClickHouseSettings
  #allowed: Promise<AllowedSettings> | null = null
  #shards: Promise<number> | null = null

  constructor({ address, password, ca }: ClickHouseAccess) {
    this.address = address
    this.#client = createClient({
      url: address.url,
      username: address.user,
      password,
      application: 'flowtrace',
      request_timeout: REQUEST_TIMEOUT_MS,
      // Where the event loop was busy, the timer that ends idle connections is late, and the server may have ended them.
      keep_alive: { eagerly_destroy_stale_sockets: true },
      log: { level: ClickHouseLogLevel.OFF },
      ...(ca === null ? {} : { tls: { ca_cert: Buffer.from(ca) } }),
      // An error after the first rows would come as a part of the answer. No setting of a profile, whatever its name says.
      clickhouse_settings: { wait_end_of_query: 1 },
    })
    // Keys lie on the shard of their facts.
    this.#readSettings = address.cluster === null ? {} : { distributed_product_mode: 'local' }
    this.#writeSettings =
      address.cluster === null ? {} : { ...this.#readSettings, distributed_foreground_insert: 1 }
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
    const all = { ...this.#writeSettings, ...settings }
    for await (const _ of this.#answer(bindParams({ text, params }), all, null));
  }

  async rows(statement: Statement, options: Partial<ReadOptions> = {}): Promise<readonly SqlRow[]> {
    const rows: SqlRow[] = []
    for await (const batch of this.batches(statement, options)) for (const row of batch) rows.push(row)
    return rows
  }

  /** The rows in batches of some thousands; the last one may have none. */
  async *batches(
    statement: Statement,
    { settings = {}, signal = null }: Partial<ReadOptions> = {},
  ): AsyncIterable<readonly SqlRow[]> {
    const allowed = (await this.#allowedSettings()).of({ ...this.#readSettings, ...settings })
    try {
      yield* this.#read(statement, allowed, signal)
    } catch (error) {
      // The profile is another one since.
      if (isSettingRefused(error)) this.#allowed = null
      throw error
    }
  }

  /** The answer to a statement, in a format that it names itself. */
  stream(text: string, params: readonly Param[]): AsyncIterable<Buffer> {
    return this.#answer(bindParams({ text, params }), this.#readSettings, null)
  }

  async *#read(
    { text, params }: Statement,
    settings: ClickHouseSettings,
    signal: AbortSignal | null,
  ): AsyncIterable<readonly SqlRow[]> {
    const reader = new RowBinaryReader()
    let batch: SqlRow[] = []
    const bound = bindParams({ text: `${text} format ${ROW_FORMAT}`, params })
    const answer = this.#answer(bound, settings, signal)
    for await (const piece of answer) {
      for (const row of reader.read(piece)) batch.push(row)
      if (batch.length < BATCH_ROWS) continue
      yield batch
      batch = []
    }
    reader.end()
    yield batch
  }

  async *#answer(
    statement: BoundStatement,
    settings: ClickHouseSettings,
    signal: AbortSignal | null,
  ): AsyncIterable<Buffer> {
    try {
      signal?.throwIfAborted()
      const { stream } = await this.#client.exec({
        ...statement,
        clickhouse_settings: settings,
        ...(signal === null ? {} : { abort_signal: signal }),
      })
      // Leaving the loop ends the request, too.
      for await (const piece of stream) yield piece as Buffer // a stream of bytes
    } catch (error) {
      signal?.throwIfAborted()
      throw historyErrorOf(error)
    }
  }

  #allowedSettings(): Promise<AllowedSettings> {
    this.#allowed ??= this.#readAllowedSettings().catch((error: unknown) => {
      this.#allowed = null
      throw error
    })
    return this.#allowed
  }

  async #readAllowedSettings(): Promise<AllowedSettings> {
    const rows: SqlRow[] = []
    for await (const batch of this.#read(SETTINGS_STATEMENT, {}, null)) rows.push(...batch)
    return new AllowedSettings(this.address.user, rows)
  }

  /**
   * Inserts rows in the format RowBinary. A table that is on all shards gets them there by an INSERT for each. One whose connection was
   * cut is sent again, once: whatever was written by it is not counted twice, because of the token or the table's engine.
   */
  async insert(table: Table, rows: Buffer): Promise<void> {
    await this.#insertDistinct(table, 'RowBinary', [rows], null)
  }

  /**
   * As {@link insert}, a block in the format Native, whose columns may have another order than the table's. A second insert of the same
   * block with the same token is ignored by the server.
   */
  async insertBlock(table: Table, block: readonly Uint8Array[], token: string): Promise<void> {
    await this.#insertDistinct(table, 'Native', block, token)
  }

  async #insertDistinct(
    table: Table,
    format: InsertFormat,
    rows: readonly Uint8Array[],
    token: string | null,
  ): Promise<void> {
    const shards = isOnAllShards(table) ? await this.#shardCount() : 1
    const written = await Promise.allSettled(
      Array.from({ length: shards }, (_, i) =>
        this.#insertTwice(table, format, rows, {
          ...(token === null ? {} : { insert_deduplication_token: token }),
          // The rows of a bucket are distinct, and a merge later finds those of another try.
          optimize_on_insert: 0,
          ...(shards > 1 ? { insert_shard_id: String(i + 1) } : {}),
        }),
      ),
    )
    for (const each of written) if (each.status === 'rejected') throw each.reason
  }

  async #insertTwice(
    table: Table,
    format: InsertFormat,
    rows: readonly Uint8Array[],
    settings: ClickHouseSettings,
  ): Promise<void> {
    try {
      await this.#insert(table, format, rows, settings)
    } catch (error) {
      if (!isConnectionCut(error)) throw error
      await this.#insert(table, format, rows, settings)
    }
  }

  /** Inserts the answer to a statement in the format RowBinary, whose columns have the types of the table. */
  async insertStream(table: Table, rows: AsyncIterable<Buffer>): Promise<void> {
    await this.#insert(table, 'RowBinary', rows, { insert_deduplicate: 0 })
  }

  async #insert(
    table: Table,
    format: InsertFormat,
    rows: readonly Uint8Array[] | AsyncIterable<Buffer>,
    settings: ClickHouseSettings,
  ): Promise<void> {
    const text = `insert into ${this.table(table)} (${columnsOf(table)}) format ${format}`
    const all = { ...this.#writeSettings, async_insert: 0 as const, ...settings }
    const values = Readable.from(rows, { objectMode: false })
    for await (const _ of this.#answer({ query: text, values }, all, null));
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

  async close(): Promise<void> {
    await this.#client.close()
  }
}
