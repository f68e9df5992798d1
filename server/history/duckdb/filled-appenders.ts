import type { DuckDBAppender } from '@duckdb/node-api'

/** Fills appenders and closes them, which writes their rows. Where that fails none of the rows that are left is written. */
export function fillAppenders(appenders: readonly DuckDBAppender[], fill: () => void): void {
  try {
    fill()
    for (const appender of appenders) appender.closeSync()
  } catch (error) {
    for (const appender of appenders) discard(appender)
    throw error
  }
}

/** DuckDB writes what an appender still has when it is collected, into whatever transaction runs then. */
function discard(appender: DuckDBAppender): void {
  try {
    appender.clear()
    appender.closeSync()
  } catch {
    // Why the rows were not written is the first error.
  }
}
