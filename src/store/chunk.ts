/** Columns of a chunk besides the entry. Times are Unix seconds. */
export const START = 0
export const END = 1
/** The first of the seven counters, in the order of goldmane.Flow. */
export const COUNTERS = 2
export const COLUMN_COUNT = 9

/** In a narrow column: not recorded. In a wide one that is NaN. */
const NONE = 0xffff_ffff

/** In a list of groups by row: the row is in none. */
export const NO_GROUP = -1

type Column = Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | null

/**
 * Some rows, column by column. A column takes four bytes a row until a value needs eight, and none while nothing was
 * recorded in it, so that a usual row takes 40 bytes and a counter is exact to 2^53.
 */
export class Chunk {
  readonly capacity: number
  /** The number of the first row among all rows ever appended. */
  readonly firstSequence: number
  readonly entries: Uint32Array<ArrayBuffer>
  length = 0
  /** Least and greatest start. */
  oldest = Number.POSITIVE_INFINITY
  newest = Number.NEGATIVE_INFINITY
  /** Least start of the rows that have a time (not 0). */
  oldestTimed = Number.POSITIVE_INFINITY
  newestEnd = Number.NEGATIVE_INFINITY
  private readonly columns: Column[] = Array.from({ length: COLUMN_COUNT }, () => null)
  /** By column: whether a row has no value in it. */
  private readonly hasGaps: boolean[] = Array.from({ length: COLUMN_COUNT }, () => false)

  constructor(capacity: number, firstSequence: number) {
    this.capacity = capacity
    this.firstSequence = firstSequence
    this.entries = new Uint32Array(capacity)
  }

  get bytes(): number {
    return this.columns.reduce((sum, column) => sum + (column?.byteLength ?? 0), this.entries.byteLength)
  }

  /** `values` by column, NaN where not recorded. */
  append(entry: number, values: Float64Array): void {
    const row = this.length++
    this.entries[row] = entry
    for (let column = 0; column < COLUMN_COUNT; column++) this.put(column, row, values[column]!)
    const start = values[START]!
    const end = values[END]!
    if (start < this.oldest) this.oldest = start
    if (start > this.newest) this.newest = start
    if (start !== 0 && start < this.oldestTimed) this.oldestTimed = start
    if (end > this.newestEnd) this.newestEnd = end
  }

  /** Fills `values` with the first rows of a column; NaN where it was not recorded. */
  copy(column: number, values: Float64Array): void {
    const from = this.columns[column]
    if (from === null || from === undefined) values.fill(Number.NaN)
    else if (from instanceof Float64Array) values.set(from.subarray(0, values.length))
    else
      for (let row = 0; row < values.length; row++) values[row] = from[row] === NONE ? Number.NaN : from[row]!
  }

  /** Adds the first rows of a column to `values`; NaN stays and comes where it was not recorded. */
  addTo(column: number, values: Float64Array): void {
    const from = this.columns[column]
    if (from === null || from === undefined) values.fill(Number.NaN)
    else if (from instanceof Float64Array)
      for (let row = 0; row < values.length; row++) values[row]! += from[row]!
    else
      for (let row = 0; row < values.length; row++)
        values[row]! += from[row] === NONE ? Number.NaN : from[row]!
  }

  /** Adds the first rows of a column up by group: `groups` by row, {@link NO_GROUP} to leave a row out. */
  addUp(column: number, groups: Int32Array, sums: Float64Array): void {
    const from = this.columns[column]
    if (from instanceof Uint32Array) addNarrow(from, groups, sums)
    else if (from instanceof Float64Array) addWide(from, groups, sums)
  }

  /** Counts by group the first rows that have no value in a column; mostly there are none. */
  countMissing(column: number, groups: Int32Array, counts: Uint32Array): void {
    if (!this.hasGaps[column]) return
    for (let row = 0; row < groups.length; row++) {
      const group = groups[row]!
      if (group !== NO_GROUP && Number.isNaN(this.value(column, row))) counts[group]!++
    }
  }

  /** Fills `values` with a row, column by column. */
  read(row: number, values: Float64Array): void {
    for (let column = 0; column < COLUMN_COUNT; column++) values[column] = this.value(column, row)
  }

  /** NaN where it was not recorded. */
  value(column: number, row: number): number {
    const values = this.columns[column]
    if (values === null || values === undefined) return Number.NaN
    const value = values[row]!
    return value === NONE && values instanceof Uint32Array ? Number.NaN : value
  }

  /** The starts, for a scan: always recorded. */
  get starts(): Uint32Array | Float64Array {
    return this.columns[START] ?? new Uint32Array(0)
  }

  private put(column: number, row: number, value: number): void {
    let values = this.columns[column]!
    if (Number.isNaN(value)) this.hasGaps[column] = true
    if (values === null) {
      if (Number.isNaN(value)) return
      values = new Uint32Array(this.capacity)
      if (row > 0) values.fill(NONE, 0, row)
      this.columns[column] = values
    }
    if (values instanceof Uint32Array) {
      if (value >>> 0 === value && value !== NONE) {
        values[row] = value
        return
      }
      if (Number.isNaN(value)) {
        values[row] = NONE
        return
      }
      values = this.widen(column, values, row)
    }
    values[row] = value
  }

  private widen(column: number, narrow: Uint32Array, rows: number): Float64Array<ArrayBuffer> {
    const wide = new Float64Array(this.capacity)
    for (let row = 0; row < rows; row++) wide[row] = narrow[row] === NONE ? Number.NaN : narrow[row]!
    this.columns[column] = wide
    return wide
  }
}

// Functions of their own, each for one kind of array, so that the compiler makes the best of them.

function addNarrow(from: Uint32Array, groups: Int32Array, sums: Float64Array): void {
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row]!
    const value = from[row]!
    if (group !== NO_GROUP && value !== NONE) sums[group]! += value
  }
}

function addWide(from: Float64Array, groups: Int32Array, sums: Float64Array): void {
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row]!
    const value = from[row]!
    if (group !== NO_GROUP && !Number.isNaN(value)) sums[group]! += value
  }
}
