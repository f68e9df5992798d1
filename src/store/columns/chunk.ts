import { NumberColumn } from './number-column.ts'
import { RunLengthStarts } from './run-length-starts.ts'

/** Columns of a chunk besides the entry. Times are Unix seconds. */
export const START_COLUMN = 0
export const END_COLUMN = 1
/** The first of the seven counters, in the order of goldmane.Flow. */
export const FIRST_COUNTER_COLUMN = 2
export const COLUMN_COUNT = 9

/** Some rows, column by column: about 26 bytes for a usual row. */
export class Chunk {
  readonly capacity: number
  /** The number of the first row among all rows ever appended. */
  readonly firstSequence: number
  readonly entries: Uint32Array<ArrayBuffer>
  length = 0
  /** Least and greatest start. */
  oldestStart = Number.POSITIVE_INFINITY
  newestStart = Number.NEGATIVE_INFINITY
  /** Least start of the rows that have a time (not 0). */
  oldestKnownStart = Number.POSITIVE_INFINITY
  newestEnd = Number.NEGATIVE_INFINITY
  /** By the places above: times, then counters, NaN where not recorded. */
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
      (sum, { byteLength: bytes }) => sum + bytes,
      this.entries.byteLength + this.startRuns.byteLength,
    )
  }

  /** `values` by column, NaN where not recorded. */
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

  /** Fills `values` with a row, column by column. */
  read(row: number, values: Float64Array): void {
    for (let column = 0; column < COLUMN_COUNT; column++) values[column] = this.value(column, row)
  }

  /** NaN where it was not recorded. */
  value(column: number, row: number): number {
    return this.columns[column]!.value(row)
  }

  /** The starts, for a scan: always recorded. */
  get starts(): NumberColumn['rawValues'] {
    return this.columns[START_COLUMN]!.rawValues
  }
}
