/** What an engine gives to the questions of this room. */
import type { Statement } from './sql-text.ts'
import type { SqlRow } from './sums.ts'
import type { FactSource } from './tables.ts'

/** Reads for one question, within its limits of time and memory. Both throw {@link HistoryError}. */
export interface SqlReader {
  readonly source: FactSource
  /** An upper bound of the records in the range, for an engine that knows one without reading them. */
  recordsAtMost?(): Promise<number>
  /** At most so many rows; more are `too large`. */
  rows(statement: Statement, maxRows: number): Promise<readonly SqlRow[]>
  /** The rows in batches; `too large` before the first one when there are more than so many. */
  batches(statement: Statement, maxRows: number): AsyncIterable<readonly SqlRow[]>
}
