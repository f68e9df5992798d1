/** Loads DuckDB, an optional dependency of 70 MB: a gateway without a history neither needs nor loads it. */
import type * as DuckDbApi from '@duckdb/node-api'
import type * as DuckDbBindings from '@duckdb/node-bindings'
import { HistoryError } from '../history-error.ts'

/** The package, and the bindings below it: they copy a whole column at once, where the package checks value by value. */
export type DuckDb = typeof DuckDbApi & { readonly bindings: typeof DuckDbBindings }

/** @throws {HistoryError} when the package is not installed, or not for this system */
export async function loadDuckDb(): Promise<DuckDb> {
  try {
    const [api, { default: bindings }] = await Promise.all([
      import('@duckdb/node-api'),
      import('@duckdb/node-bindings'),
    ])
    return { ...api, bindings }
  } catch (error) {
    throw new HistoryError(
      'failed',
      'A history in a folder needs the package @duckdb/node-api, which is not installed beside Flowtrace or not built for this system',
      { cause: error },
    )
  }
}
