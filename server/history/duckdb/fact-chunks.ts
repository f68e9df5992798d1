/** A bucket as chunks of columns, which DuckDB takes over in one call each. */
import type { DuckDBDataChunk, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import { ensure } from '../../../src/lib/assert.ts'
import type { Bucket } from '../history-store.ts'
import type { DuckDb } from './duckdb-module.ts'
import type { EntryCode } from './entry-codes.ts'

/** The size of DuckDB's own vectors. */
const MAX_ROWS = 2048

/** The rows of a bucket, sorted by code: neighbours differ little then, and compress well. */
export function* factChunks(
  api: DuckDb,
  cluster: number,
  bucket: Bucket,
  codes: readonly EntryCode[],
): Generator<DuckDBDataChunk> {
  const { USMALLINT, UINTEGER, UTINYINT, BIGINT } = api
  const types: DuckDBType[] = [
    USMALLINT,
    UINTEGER,
    UINTEGER,
    UINTEGER,
    UTINYINT,
    ...COUNTER_NAMES.map(() => BIGINT),
  ]
  const codeOf = (row: number) => ensure(codes[row], 'code')
  const order = Array.from(codes.keys()).sort((a, b) => codeOf(a).k - codeOf(b).k)
  for (let from = 0; from < order.length; from += MAX_ROWS) {
    const rows = order.slice(from, from + MAX_ROWS)
    const constant = (value: number): DuckDBValue[] => rows.map(() => value)
    const chunk = api.DuckDBDataChunk.create(types, rows.length)
    chunk.setColumns([
      constant(cluster),
      constant(bucket.start),
      constant(bucket.seconds),
      rows.map((row) => codeOf(row).k),
      rows.map((row) => codeOf(row).action),
      ...COUNTER_NAMES.map((name) => {
        const column = bucket[name]
        return rows.map((row) => wholeOrNull(column[row]))
      }),
    ])
    yield chunk
  }
}

function wholeOrNull(value: number | undefined): bigint | null {
  return value === undefined || Number.isNaN(value) ? null : BigInt(Math.trunc(value))
}
