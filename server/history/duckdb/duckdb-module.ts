/** Loads DuckDB, an optional dependency of 70 MB: a gateway without a history neither needs nor loads it. */
import type * as DuckDbApi from '@duckdb/node-api'
import { HistoryError } from '../history-error.ts'

export type DuckDb = typeof DuckDbApi

/** @throws {HistoryError} when the package is not installed, or not for this system */
export async function loadDuckDb(): Promise<DuckDb> {
  try {
    return await import('@duckdb/node-api')
  } catch (error) {
    throw new HistoryError(
      'failed',
      'A history in a folder needs the package @duckdb/node-api, which is not installed beside Flowtrace or not built for this system',
      { cause: error },
    )
  }
}
