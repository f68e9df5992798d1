import { NumberColumn } from './number-column.ts'
import { RunLengthStarts } from './run-length-starts.ts'

/** Indexes of a chunk's columns besides the entries. Times are Unix seconds, 0 where the capture has none. */
export const START_COLUMN = 0
export const END_COLUMN = 1
/** The first of the seven counters, which follow each other in the order of goldmane.Flow's fields 6 to 12. */
export const FIRST_COUNTER_COLUMN = 2
export const COLUMN_COUNT = 9

/**
 * A fixed number of rows, stored by column in typed arrays; a usual row takes about 26 bytes. Rows are only appended,
 * and a chunk is evicted as a whole. It owns its arrays: readers must not keep a reference to one beyond an answer,
 * because a column is replaced by a wider copy when a value does not fit.
 */
export class Chunk {
  readonly capacity: number
  /** The sequence number of the first row: how many rows were appended to the store before it, evicted ones included. */
  readonly firstSequence: number
  /** By row: the number of its entry in the KeyDictionary. Replaced when unused keys were collected. */
  entries: Uint32Array<ArrayBuffer>
  length = 0
  /** The least and the greatest start. */
  oldestStart = Number.POSITIVE_INFINITY
  newestStart = Number.NEGATIVE_INFINITY
  /** The least start that is not 0, as a row without a time has. */
  oldestKnownStart = Number.POSITIVE_INFINITY
  newestEnd = Number.NEGATIVE_INFINITY
  /** By the indexes above: the two times, then the counters. A value is NaN where it was not recorded. */
  readonly columns: readonly NumberColumn[]
  readonly startRuns: RunLengthStarts

  constructor(capacity: number, firstSequence: number) {
    this.capacity = capacity
    this.firstSequence = firstSequence
    this.entries = new Uint32Array(capacity)
    this.columns = Array.from({ length: COLUMN_COUNT }, () => new NumberColumn(capacity))
    this.startRuns = new RunLengthStarts(capacity)
  }

  get byteLength(): number {
    return this.columns.reduce(
      (sum, column) => sum + column.byteLength,
      this.entries.byteLength + this.startRuns.byteLength,
    )
  }

  /** Appends a row; `values` by column index, NaN where not recorded. Copies them, so the caller may reuse the array. */
  append(entry: number, values: Float64Array): void {
    const row = this.length++
    const start = values[START_COLUMN]!
    const end = values[END_COLUMN]!
    this.entries[row] = entry
    for (let column = 0; column < COLUMN_COUNT; column++) this.columns[column]!.set(row, values[column]!)
    this.startRuns.add(row, start)
    if (start < this.oldestStart) this.oldestStart = start
    if (start > this.newestStart) this.newestStart = start
    if (start !== 0 && start < this.oldestKnownStart) this.oldestKnownStart = start
    if (end > this.newestEnd) this.newestEnd = end
  }

  column(index: number): NumberColumn {
    return this.columns[index]!
  }

  /** Copies a row into `values`, by column index. */
  read(row: number, values: Float64Array): void {
    for (let column = 0; column < COLUMN_COUNT; column++) values[column] = this.value(column, row)
  }

  /** A value of a row; NaN where it was not recorded. */
  value(column: number, row: number): number {
    return this.columns[column]!.value(row)
  }

  /** The starts by row, without a copy. Possible because every row has a start. */
  get starts(): NumberColumn['rawValues'] {
    return this.columns[START_COLUMN]!.rawValues
  }
}
