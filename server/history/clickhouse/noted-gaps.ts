/** The gaps that are noted in ClickHouse. Who writes may only insert, so that no note is ever changed. */
import { assert } from '../../../src/lib/assert.ts'
import type { HistoryGap, HistoryRange } from '../history-store.ts'
import { filledRanges, openGaps, type Span, withGap } from '../sql/gap-ranges.ts'
import { HOUR_SECONDS } from '../sql/tables.ts'
import type { BucketLedger } from './bucket-ledger.ts'
import type { ClickHouseConnection } from './clickhouse-connection.ts'
import { RowBinaryWriter } from './row-binary.ts'

/** The cause of a range that was a gap until its records came: they may have been dropped since. */
const FILLED = ''

interface Notes {
  readonly gaps: readonly HistoryGap[]
  /** Sorted by start. */
  readonly filled: readonly Span[]
}

export class NotedGaps {
  readonly #connection: ClickHouseConnection
  readonly #ledger: BucketLedger

  constructor(connection: ClickHouseConnection, ledger: BucketLedger) {
    this.#connection = connection
    this.#ledger = ledger
  }

  async add(cluster: string, gap: HistoryGap): Promise<void> {
    assert(gap.cause !== FILLED, 'a gap with a cause')
    await this.#insert(cluster, [gap])
  }

  /** What of the gaps lies in the range and has not come since. */
  async open(cluster: string, range: HistoryRange): Promise<readonly HistoryGap[]> {
    const { gaps, filled } = await this.#read(cluster)
    // A bucket that begins before the range may reach into it.
    const held = await this.#ledger.held(cluster, 15, { from: range.from - HOUR_SECONDS, to: range.to })
    const spans = [...filled, ...held].sort((a, b) => a.start - b.start)
    return openGaps(gaps, spans, range)
  }

  /** Notes which gaps have come, before the records that ended until a time are dropped: without these they would be seen again. */
  async settle(before: number): Promise<void> {
    const clusters = await this.#connection.rows({
      text: `select distinct cluster from ${this.#connection.table('gaps')} where since < {p1:Int64} and cause != '' order by cluster`,
      params: [{ type: 'number', value: before }],
    })
    for (const row of clusters) {
      const cluster = String(row['cluster'])
      const { gaps } = await this.#read(cluster)
      const from = Math.min(...gaps.map((gap) => gap.from))
      const held = await this.#ledger.held(cluster, 15, { from: from - HOUR_SECONDS, to: before })
      const filled = filledRanges(gaps, held).map((range) => ({ ...range, cause: FILLED }))
      if (filled.length > 0) await this.#insert(cluster, filled.reduce(withGap, []))
    }
  }

  async #read(cluster: string): Promise<Notes> {
    const rows = await this.#connection.rows({
      text: `select distinct since, until, cause from ${this.#connection.table('gaps')} where cluster = {p1:String} order by since, until, cause`,
      params: [{ type: 'text', value: cluster }],
    })
    const notes = rows.map((row) => ({
      from: Number(row['since']),
      to: Number(row['until']),
      cause: String(row['cause']),
    }))
    return {
      gaps: notes.filter(({ cause }) => cause !== FILLED).reduce<readonly HistoryGap[]>(withGap, []),
      filled: notes.flatMap(({ from, to, cause }) =>
        cause === FILLED ? [{ start: from, seconds: to - from }] : [],
      ),
    }
  }

  async #insert(cluster: string, gaps: readonly HistoryGap[]): Promise<void> {
    const writer = new RowBinaryWriter(256 * gaps.length)
    for (const { from, to, cause } of gaps) {
      writer.text(cluster)
      writer.uint32(from)
      writer.uint32(to)
      writer.text(cause)
    }
    await this.#connection.insert('gaps', writer.take())
  }
}
