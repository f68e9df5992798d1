/** What an engine gives to the questions of this room. */
import type { HistoryRange } from '../history-store.ts'
import type { Statement } from './sql-text.ts'
import type { SqlRow } from './sums.ts'
import type { FactSource } from './tables.ts'

/** Whole hours of which the roll-up has the sums as they are now: no bucket of them has changed since. */
export interface SummedHours {
  /** A part of the range that was asked for. */
  readonly range: HistoryRange
  /** Of the roll-up. */
  readonly source: FactSource
}

/** Reads for one question, within its limits of time and memory. Both throw {@link HistoryError}. */
export interface SqlReader {
  readonly source: FactSource
  /** An upper bound of the records in the range, without reading them; infinite where none is known. */
  recordsAtMost(): Promise<number>
  /** The hours of a range whose sums the roll-up has; null where it has none. For a reader of raw records. */
  summedHours(range: HistoryRange): Promise<SummedHours | null>
  /** At most so many rows; more are `too large`. */
  rows(statement: Statement, maxRows: number): Promise<readonly SqlRow[]>
  /** The rows in batches; `too large` before the first one when there are more than so many. */
  batches(statement: Statement, maxRows: number): AsyncIterable<readonly SqlRow[]>
}
