/** A bucket as chunks of columns, which DuckDB takes over in one call each. */
import type { DuckDBDataChunk } from '@duckdb/node-api'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { Bucket } from '../history-store.ts'
import type { DuckDb } from './duckdb-module.ts'
import type { EntryCodeColumns } from './entry-codes.ts'

/** The size of DuckDB's own vectors. */
const MAX_ROWS = 2048
/** Rows of a bucket, in the numbers that are sorted. */
const ROWS = 2 ** 21

/** The rows of a bucket, sorted by code: neighbours differ little then, and compress well. */
export function* factChunks(
  api: DuckDb,
  cluster: number,
  bucket: Bucket,
  { ks, actions }: EntryCodeColumns,
): Generator<DuckDBDataChunk> {
  const { USMALLINT, UINTEGER, UTINYINT, DOUBLE, DuckDBDataChunk } = api
  // Counters as floats, which JavaScript has: DuckDB makes whole numbers of them faster than a BigInt is made of each.
  const types = [USMALLINT, UINTEGER, UINTEGER, UINTEGER, UTINYINT, ...COUNTER_NAMES.map(() => DOUBLE)]
  // One number for code and row, because an array of floats is sorted without a function that compares.
  const order = Float64Array.from(ks, (k, row) => k * ROWS + row).sort()
  for (let from = 0; from < order.length; from += MAX_ROWS) {
    const rows = Uint32Array.from(order.subarray(from, from + MAX_ROWS), (packed) => packed % ROWS)
    const chunk = DuckDBDataChunk.create(types, rows.length)
    const fill = (column: number, valueOf: (row: number) => number | null): void => {
      const vector = chunk.getColumnVector(column)
      for (let i = 0; i < rows.length; i++) vector.setItem(i, valueOf(rows[i] ?? 0))
      vector.flush()
    }
    fill(0, () => cluster)
    fill(1, () => bucket.start)
    fill(2, () => bucket.seconds)
    fill(3, (row) => ks[row] ?? 0)
    fill(4, (row) => actions[row] ?? 0)
    for (const [i, name] of COUNTER_NAMES.entries()) {
      const values = bucket[name]
      fill(5 + i, (row) => {
        const value = values[row] ?? Number.NaN
        return Number.isNaN(value) ? null : value
      })
    }
    yield chunk
  }
}
