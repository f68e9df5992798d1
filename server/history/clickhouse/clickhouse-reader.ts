/** Reads from ClickHouse for one question, within its limits. */
import type { ClickHouseSettings } from '@clickhouse/client'
import { HistoryError } from '../history-error.ts'
import type { HistoryLimits, HistoryRange, HistorySelection } from '../history-store.ts'
import { CLICKHOUSE } from '../sql/dialect.ts'
import { hoursIn, summedHours, wholeHours } from '../sql/rolled-hours.ts'
import type { SqlReader, SummedHours } from '../sql/sql-reader.ts'
import { type Param, sql, type Statement, statementOf, text, verbatim } from '../sql/sql-text.ts'
import { readNumber, type SqlRow } from '../sql/sums.ts'
import { type FactSource, HOUR_SECONDS } from '../sql/tables.ts'
import type { BucketLedger, Grain } from './bucket-ledger.ts'
import type { ClickHouseConnection } from './clickhouse-connection.ts'
import { historyErrorOf, isShardDown } from './clickhouse-error.ts'

/** What ClickHouse may take longer than it is told to, until nobody waits for it any more. */
const GRACE_MS = 2000

export class ClickHouseReader implements SqlReader {
  readonly source: FactSource
  readonly #connection: ClickHouseConnection
  readonly #ledger: BucketLedger
  readonly #cluster: Param
  readonly #range: HistoryRange
  readonly #limits: HistoryLimits
  readonly #deadline: number
  #skipsShards = false

  constructor(
    connection: ClickHouseConnection,
    ledger: BucketLedger,
    { cluster, grain, range }: Pick<HistorySelection, 'cluster' | 'grain' | 'range'>,
    limits: HistoryLimits,
  ) {
    this.#ledger = ledger
    this.#cluster = text(cluster)
    this.#range = range
    this.source = this.#sourceOf(connection, grain, range)
    this.#connection = connection
    this.#limits = limits
    this.#deadline = Date.now() + limits.maxMs
  }

  /** Why the rows were not all: a sentence without a full stop. */
  get incomplete(): string | null {
    return this.#skipsShards ? 'A shard of ClickHouse is down: its records are missing' : null
  }

  async recordsAtMost(): Promise<number> {
    const statement = this.#ledger.rowsHeld(this.#cluster, ...ledgerPlace(this.source.grain, this.#range))
    const [row] = await this.rows(statementOf(statement, CLICKHOUSE), 1)
    return readNumber(row?.['all_rows'])
  }

  async summedHours(range: HistoryRange): Promise<SummedHours | null> {
    const whole = wholeHours(range)
    if (whole === null) return null
    const statement = statementOf(this.#ledger.rolledHours(this.#cluster, whole), CLICKHOUSE)
    const rows = await this.rows(statement, hoursIn(whole))
    const recorded = rows.map((row) => ({
      hour: readNumber(row['hour']),
      isRolled: readNumber(row['is_rolled']) === 1,
    }))
    return summedHours(this.#sourceOf(this.#connection, 'hour', whole), recorded)
  }

  #sourceOf(connection: ClickHouseConnection, grain: FactSource['grain'], range: HistoryRange): FactSource {
    const [seconds, reaching] = ledgerPlace(grain, range)
    return {
      dialect: CLICKHOUSE,
      cluster: this.#cluster,
      // FINAL: rows that were inserted twice count once.
      facts: sql`${verbatim(connection.table(grain === 'hour' ? 'flows_1h' : 'flows'))} final`,
      keys: sql`${verbatim(connection.table('keys'))} final`,
      grain,
      isHeld: this.#ledger.isOfHeld(this.#cluster, seconds, reaching),
    }
  }

  async rows(statement: Statement, maxRows: number): Promise<readonly SqlRow[]> {
    const all: SqlRow[] = []
    for await (const rows of this.batches(statement, maxRows)) for (const row of rows) all.push(row)
    return all
  }

  async *batches(statement: Statement, maxRows: number): AsyncIterable<readonly SqlRow[]> {
    let isBegun = false
    try {
      for await (const rows of this.#read(statement, maxRows)) {
        isBegun = true
        yield rows
      }
    } catch (error) {
      if (isBegun || this.#skipsShards || !isShardDown(error)) throw error
      this.#skipsShards = true
      yield* this.#read(statement, maxRows)
    }
  }

  async *#read(statement: Statement, maxRows: number): AsyncIterable<readonly SqlRow[]> {
    const { signal } = this.#limits
    signal.throwIfAborted()
    const left = this.#deadline - Date.now()
    if (left <= 0) throw tooSlow()
    const timeout = AbortSignal.timeout(left + GRACE_MS)
    try {
      yield* this.#connection.batches(statement, {
        settings: this.#settings(maxRows, left),
        signal: AbortSignal.any([signal, timeout]),
      })
    } catch (error) {
      signal.throwIfAborted()
      throw timeout.aborted ? tooSlow() : historyErrorOf(error)
    }
  }

  #settings(maxRows: number, leftMs: number): ClickHouseSettings {
    return {
      // Seconds, with a fraction.
      max_execution_time: leftMs / 1000,
      max_memory_usage: String(this.#limits.maxMemory),
      max_result_rows: String(maxRows),
      result_overflow_mode: 'throw',
      cancel_http_readonly_queries_on_client_close: 1,
      // A key lies in one partition, as its time is a part of it.
      do_not_merge_across_partitions_select_final: 1,
      ...(this.#skipsShards ? { skip_unavailable_shards: 1 } : {}),
    }
  }
}

/** Which buckets of the ledger the facts of a range are of: an hour counts when a part of it lies in the range. */
function ledgerPlace(grain: FactSource['grain'], { from, to }: HistoryRange): [Grain, HistoryRange] {
  return grain === 'hour' ? [HOUR_SECONDS, { from: from - HOUR_SECONDS, to }] : [15, { from, to }]
}

function tooSlow(): HistoryError {
  return new HistoryError('too slow', 'ClickHouse was not done within the limit of time')
}
