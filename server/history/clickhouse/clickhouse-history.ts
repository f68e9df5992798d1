/** The history in ClickHouse: on one server, or on the shards of a cluster. */
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { HistoryError } from '../history-error.ts'
import type {
  Bucket,
  EntryId,
  HeldBucket,
  HistoryAnswer,
  HistoryGap,
  HistoryLimits,
  HistoryQueries,
  HistoryQuestion,
  HistoryRange,
  HistorySelection,
  HistoryStats,
  HistoryStore,
  KeptTimes,
  PutOutcome,
  RecordPage,
  RecordStep,
  Salvage,
} from '../history-store.ts'
import { PutQueue } from '../put-queue.ts'
import { answerQuestion } from '../sql/sql-questions.ts'
import { readKeys, readRecordPages } from '../sql/record-pages.ts'
import { HOUR_SECONDS } from '../sql/tables.ts'
import { putBatch } from './bucket-batch.ts'
import { BucketLedger } from './bucket-ledger.ts'
import { parseClickHouseUrl } from './clickhouse-address.ts'
import { type ClickHouseAccess, ClickHouseConnection } from './clickhouse-connection.ts'
import { isAccessDenied, mayBeOfOneBucket } from './clickhouse-error.ts'
import { ddlOf, identifier, type TableOptions, TABLES } from './clickhouse-ddl.ts'
import { ClickHouseReader } from './clickhouse-reader.ts'
import { rollUpHours } from './hourly-roll-up.ts'
import { KeptSince } from './kept-since.ts'
import { KnownEntries } from './known-entries.ts'
import { NotedGaps } from './noted-gaps.ts'
import { dropPartitions } from './partitions.ts'
import { readClickHouseStats, readKeptTimes } from './clickhouse-stats.ts'

export interface ClickHouseOptions extends Omit<ClickHouseAccess, 'address'> {
  /** Written into tables that are made: ClickHouse deletes what is older, also when nobody calls `drop`. */
  readonly days: TableOptions['days']
  /** Another user, who answers questions, so that the one of the address has only to write; null for none. */
  readonly reader?: { readonly user: string; readonly password: string } | null
}

/** One batch is made while the server writes another one. */
const MAX_BATCHES = 2

/** For keys alone, whose number the caller bounds. */
const KEY_LIMITS = { maxRows: 1_000_000, maxMs: 60_000, maxMemory: 1_000_000_000 } as const

/** Opens the history at an address `clickhouse://…`. Throws {@link HistoryError}. */
export async function openClickHouseHistory(
  url: string,
  options: ClickHouseOptions,
): Promise<ClickHouseHistory> {
  const history = new ClickHouseHistory({ ...options, address: parseClickHouseUrl(url) })
  try {
    await history.open()
    return history
  } catch (error) {
    await history.close()
    throw error
  }
}

export class ClickHouseHistory implements HistoryStore {
  readonly engine = 'clickhouse'
  readonly #connection: ClickHouseConnection
  /** The same one where there is no other user for questions. */
  readonly #reading: ClickHouseConnection
  readonly #ledger: BucketLedger
  readonly #gaps: NotedGaps
  readonly #keptSince: KeptSince
  readonly #puts: PutQueue
  readonly #days: TableOptions['days']

  constructor({ days, reader = null, ...access }: ClickHouseOptions & ClickHouseAccess) {
    this.#connection = new ClickHouseConnection(access)
    this.#reading =
      reader === null
        ? this.#connection
        : new ClickHouseConnection({
            ...access,
            address: { ...access.address, user: reader.user },
            password: reader.password,
          })
    this.#ledger = new BucketLedger(this.#connection)
    this.#gaps = new NotedGaps(this.#connection, this.#ledger)
    this.#keptSince = new KeptSince(this.#connection)
    const parts = {
      connection: this.#connection,
      ledger: this.#ledger,
      known: new KnownEntries(this.#connection),
      keptSince: this.#keptSince,
    }
    this.#puts = new PutQueue({
      put: (buckets) => putBatch(parts, buckets),
      maxBatches: MAX_BATCHES,
      mayBeOfOneBucket,
    })
    this.#days = days
  }

  async open(): Promise<void> {
    const [missing] = await this.#missingTables()
    if (missing !== undefined) await this.#makeTables(missing)
    if (this.#reading !== this.#connection) await this.#checkReader()
  }

  async #makeTables(missing: string): Promise<void> {
    const { database, cluster, replicated } = this.#connection.address
    try {
      for (const statement of ddlOf({ database, cluster, replicated, days: this.#days }))
        await this.#connection.command(statement)
    } catch (error) {
      if (!(error instanceof HistoryError) || error.trouble === 'unavailable') throw error
      throw new HistoryError(
        'refused',
        `ClickHouse has no table ${missing} for this user in ${identifier(database)}, and does not make it (${error.message}): flowtrace history ddl prints the statements for somebody who may`,
        { cause: error },
      )
    }
  }

  /**
   * Throws {@link HistoryError} `refused` for a wrong password and for one who may not read, who would else be told of with the first
   * question. A server that does not answer now is not at fault.
   */
  async #checkReader(): Promise<void> {
    try {
      await this.#reading.rows({ text: `select 1 from ${this.#reading.table('flows')} limit 0`, params: [] })
    } catch (error) {
      if (error instanceof HistoryError && error.trouble === 'refused') throw error
    }
  }

  async put(bucket: Bucket): Promise<PutOutcome> {
    return this.#puts.put(bucket)
  }

  async have(cluster: string, range: HistoryRange): Promise<readonly HeldBucket[]> {
    const held = await this.#ledger.held(cluster, 15, range)
    return held.map(({ start, seconds, version, rows }) => ({ start, seconds, version, rows }))
  }

  async addGap(cluster: string, gap: HistoryGap): Promise<void> {
    await this.#gaps.add(cluster, gap)
  }

  gaps(cluster: string, range: HistoryRange): Promise<readonly HistoryGap[]> {
    return this.#gaps.open(cluster, range)
  }

  clusters(): Promise<readonly string[]> {
    return this.#ledger.clusters()
  }

  keptTimes(cluster: string): Promise<KeptTimes> {
    return readKeptTimes(this.#ledger, cluster)
  }

  async query<Question extends HistoryQuestion>(
    question: Question,
    asked: HistoryQueries[Question]['asked'],
    selection: HistorySelection,
    limits: HistoryLimits,
  ): Promise<HistoryAnswer<HistoryQueries[Question]['row']>> {
    const reader = new ClickHouseReader(this.#reading, this.#ledger, selection, limits)
    const answer = await answerQuestion(reader, question, asked, selection, limits)
    return { ...answer, incomplete: reader.incomplete }
  }

  async *records(
    selection: HistorySelection,
    step: RecordStep,
    limits: HistoryLimits,
  ): AsyncIterable<RecordPage> {
    const reader = new ClickHouseReader(this.#reading, this.#ledger, selection, limits)
    for await (const page of readRecordPages(reader, selection, step, limits))
      yield { ...page, incomplete: reader.incomplete }
  }

  keysOf(cluster: string, entries: readonly EntryId[]): Promise<readonly LabelledKey[]> {
    const limits = { ...KEY_LIMITS, signal: new AbortController().signal }
    const selection = { cluster, grain: 'raw', range: { from: 0, to: 0 } } as const
    return readKeys(new ClickHouseReader(this.#reading, this.#ledger, selection, limits), entries)
  }

  rollUp(cluster: string, closedBefore: number): Promise<number> {
    return rollUpHours(this.#connection, this.#reading, this.#ledger, cluster, closedBefore)
  }

  async drop(before: { readonly raw: number; readonly hours: number }): Promise<{ readonly rows: number }> {
    let rows = 0
    await this.#gaps.settle(before.raw)
    for (const [grain, time] of [
      [15, before.raw],
      [HOUR_SECONDS, before.hours],
    ] as const) {
      const dropped = await this.#ledger.rowsBefore(grain, time)
      if (dropped > 0) await this.#ledger.drop(grain, time)
      rows += dropped
    }
    this.#keptSince.forget()
    await dropPartitions(this.#connection, before)
    return { rows }
  }

  /** The server mends its own files. */
  async salvage(): Promise<Salvage> {
    return { readBack: [], postponed: [] }
  }

  stats(): Promise<HistoryStats> {
    return readClickHouseStats(this.#reading, this.#ledger)
  }

  async close(): Promise<void> {
    await this.#connection.close()
    if (this.#reading !== this.#connection) await this.#reading.close()
  }

  /** The tables that are not there, or that the user may not know of. */
  async #missingTables(): Promise<readonly string[]> {
    const missing: string[] = []
    for (const table of TABLES) {
      const text = `exists table ${this.#connection.table(table)}`
      try {
        const [row] = await this.#connection.rows({ text, params: [] })
        if (Number(row?.['result']) !== 1) missing.push(table)
      } catch (error) {
        if (!isAccessDenied(error)) throw error
        missing.push(table)
      }
    }
    return missing
  }
}
