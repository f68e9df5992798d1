/** A bucket as chunks of columns, which DuckDB takes over in one call each. */
import type { DuckDBDataChunk } from '@duckdb/node-api'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { Bucket } from '../history-store.ts'
import type { DuckDb } from './duckdb-module.ts'
import type { EntryCodeColumns } from '../entry-code-table.ts'

/** The size of DuckDB's own vectors. */
const MAX_ROWS = 2048
/** Rows of a bucket, in the numbers that are sorted. */
const ROWS = 2 ** 21

/** A chunk for {@link factChunks}. It is freed by the garbage collector, which does not know how large it is: one is enough. */
export function emptyFactChunk({
  USMALLINT,
  UINTEGER,
  UTINYINT,
  DOUBLE,
  DuckDBDataChunk,
}: DuckDb): DuckDBDataChunk {
  // Counters as floats, which JavaScript has: DuckDB makes whole numbers of them faster than a BigInt is made of each.
  const counters = COUNTER_NAMES.map(() => DOUBLE)
  return DuckDBDataChunk.create([USMALLINT, UINTEGER, UINTEGER, UINTEGER, UTINYINT, ...counters])
}

/** The rows of a bucket, sorted by code: neighbours differ little then, and compress well. They come in the same chunk, one part after the other. */
export function* factChunks(
  api: DuckDb,
  chunk: DuckDBDataChunk,
  cluster: number,
  bucket: Bucket,
  { ks, actions }: EntryCodeColumns,
): Generator<DuckDBDataChunk> {
  const order = rowsByCode(ks)
  for (let from = 0; from < order.length; from += MAX_ROWS) {
    const rows = order.subarray(from, from + MAX_ROWS)
    const count = rows.length
    chunk.reset()
    chunk.rowCount = count
    setColumn(api, chunk, 0, new Uint16Array(count).fill(cluster))
    setColumn(api, chunk, 1, new Uint32Array(count).fill(bucket.start))
    setColumn(api, chunk, 2, new Uint32Array(count).fill(bucket.seconds))
    setColumn(api, chunk, 3, picked(ks, rows, new Uint32Array(count)))
    setColumn(api, chunk, 4, picked(actions, rows, new Uint8Array(count)))
    for (const [i, name] of COUNTER_NAMES.entries()) {
      const values = picked(bucket[name], rows, new Float64Array(count))
      if (hasNaN(values)) setWithNulls(chunk, 5 + i, values)
      else setColumn(api, chunk, 5 + i, values)
    }
    yield chunk
  }
}

/** The rows in the order of their codes. */
function rowsByCode(ks: Uint32Array): Uint32Array {
  // One number for code and row, because an array of floats is sorted without a function that compares.
  const packed = new Float64Array(ks.length)
  for (let row = 0; row < ks.length; row++) packed[row] = ks[row]! * ROWS + row
  packed.sort()
  const rows = new Uint32Array(ks.length)
  for (let i = 0; i < rows.length; i++) rows[i] = packed[i]! % ROWS
  return rows
}

type Values = Uint8Array | Uint16Array | Uint32Array | Float64Array

/** The values of these rows, in `into`. */
function picked<Column extends Values>(values: Column, rows: Uint32Array, into: Column): Column {
  for (let i = 0; i < rows.length; i++) into[i] = values[rows[i]!]!
  return into
}

function hasNaN(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true
  return false
}

/** Copies an array of the column's own type as a whole: each value by `setItem` takes five times as long. */
function setColumn({ bindings }: DuckDb, { chunk }: DuckDBDataChunk, column: number, values: Values): void {
  const vector = bindings.data_chunk_get_vector(chunk, column)
  bindings.copy_data_to_vector(
    vector,
    0,
    values.buffer as ArrayBuffer, // made here, and not shared
    values.byteOffset,
    values.byteLength,
  )
}

/** Null where the counter is not recorded. */
function setWithNulls(chunk: DuckDBDataChunk, column: number, values: Float64Array): void {
  const vector = chunk.getColumnVector(column)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    vector.setItem(i, Number.isNaN(value) ? null : value)
  }
  vector.flush()
}
