type Values =
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
type Narrow = Exclude<Values, Float64Array>

/** In an array of groups by row: the row belongs to no group and is left out. */
export const NO_GROUP = -1

const EMPTY = new Uint8Array(0)

/**
 * A column of one number per row, exact to 2^53, where NaN means "not recorded" (as in a capture without connection
 * counts). A recorded 0 is a number like any other.
 *
 * It takes no memory until something was recorded, then one, two, four or eight bytes a row, as its greatest value
 * needs: most counters of a 15 s bucket fit one or two. A wider value replaces the array by a wider copy. Arrays of
 * integers have no NaN, so their greatest integer (255, 65,535, 2^32 − 1) stands for it.
 */
export class NumberColumn {
  /** Whether some row has no value. While false, scans need not look for NaN. */
  hasMissing = false
  readonly #capacity: number
  /** By row. Null until something was recorded. */
  #values: Values | null = null
  /** The greatest integer that `#values` can hold; one more stands for NaN. −1 without an array, Infinity for doubles. */
  #maxValue = -1

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get byteLength(): number {
    return this.#values?.byteLength ?? 0
  }

  /**
   * The array itself, without a copy, for a scan of a column in which every row has a value: one that is missing reads
   * as its stand-in. It is replaced when the column widens, and longer than the rows that were set.
   */
  get rawValues(): Values {
    return this.#values ?? EMPTY
  }

  /** The greatest number in {@link rawValues} that is a value: others say that none was recorded. */
  get maxValue(): number {
    return this.#maxValue
  }

  /** Sets the value of the next row; NaN for not recorded. Rows must come in ascending order. */
  set(row: number, value: number): void {
    if (value <= this.#maxValue && (value >>> 0 === value || this.#maxValue === Number.POSITIVE_INFINITY)) {
      this.#values![row] = value
    } else if (Number.isNaN(value)) {
      this.hasMissing = true
      if (this.#values !== null) this.#values[row] = standInOf(this.#values)
    } else {
      this.#values = this.#widenedFor(value, row)
      this.#maxValue = maxValueOf(this.#values)
      this.#values[row] = value
    }
  }

  /** The value of a row; NaN where it was not recorded. */
  value(row: number): number {
    const values = this.#values
    if (values === null) return Number.NaN
    const value = values[row]!
    return value > this.#maxValue ? Number.NaN : value
  }

  /** Copies the first rows into `into`, as many as it holds; NaN where not recorded. */
  copyTo(into: Float64Array): void {
    const values = this.#values
    if (values === null) into.fill(Number.NaN)
    else if (values instanceof Float64Array || !this.hasMissing) into.set(values.subarray(0, into.length))
    else copyNarrow(values, into)
  }

  /**
   * Adds the first rows to `into`, as many as it holds. A sum is of what was recorded, and NaN where neither was.
   * `intoHasMissing`: whether a number in `into` may be NaN.
   */
  addTo(into: Float64Array, intoHasMissing: boolean): void {
    const values = this.#values
    if (values === null) return
    if (this.hasMissing || intoHasMissing) addWhereRecorded(values, this.#maxValue, into)
    else addAll(values, into)
  }

  /**
   * Adds the values of the first rows to `sums`, by group; values that were not recorded count as nothing. `groups` has
   * the group of each row, or {@link NO_GROUP}.
   */
  sumByGroup(groups: Int32Array, sums: Float64Array): void {
    const values = this.#values
    if (values instanceof Float64Array) addWide(values, groups, sums)
    else if (values !== null) addNarrow(values, groups, sums)
  }

  /** Counts the first rows that have no value into `counts`, by group. */
  countMissingByGroup(groups: Int32Array, counts: Uint32Array): void {
    if (!this.hasMissing) return
    for (let row = 0; row < groups.length; row++) {
      const group = groups[row]!
      if (group !== NO_GROUP && Number.isNaN(this.value(row))) counts[group]!++
    }
  }

  /** A copy of the values of the rows before `row`, in an array wide enough for `value`. */
  #widenedFor(value: number, row: number): Values {
    const values = this.#values
    const capacity = this.#capacity
    const wider = arrayFor(value, capacity, values)
    if (values === null) wider.fill(standInOf(wider), 0, row)
    else if (values instanceof Float64Array || !this.hasMissing) wider.set(values.subarray(0, row))
    else
      for (let i = 0; i < row; i++) wider[i] = values[i] === standInOf(values) ? standInOf(wider) : values[i]!
    return wider
  }
}

/** The narrowest array that can hold `value` and everything that the one before it could hold. */
function arrayFor(value: number, capacity: number, before: Values | null): Values {
  const isInteger = value >>> 0 === value
  const minBytes = before?.BYTES_PER_ELEMENT ?? 1
  if (isInteger && value < 0xff && minBytes === 1) return new Uint8Array(capacity)
  if (isInteger && value < 0xffff && minBytes <= 2) return new Uint16Array(capacity)
  return isInteger && value < 0xffff_ffff && minBytes <= 4
    ? new Uint32Array(capacity)
    : new Float64Array(capacity)
}

/** The number that stands for "not recorded" in an array. */
function standInOf(values: Values): number {
  return values instanceof Float64Array ? Number.NaN : 2 ** (8 * values.BYTES_PER_ELEMENT) - 1
}

function maxValueOf(values: Values): number {
  return values instanceof Float64Array ? Number.POSITIVE_INFINITY : standInOf(values) - 1
}

// One function per kind of array: V8 optimises a loop best when it meets few element types.

function copyNarrow(values: Narrow, into: Float64Array): void {
  const missing = standInOf(values)
  for (let row = 0; row < into.length; row++) into[row] = values[row] === missing ? Number.NaN : values[row]!
}

function addAll(values: Values, into: Float64Array): void {
  for (let row = 0; row < into.length; row++) into[row]! += values[row]!
}

/** Slower than the other loops, and only for captures of which some records lack a counter. */
function addWhereRecorded(values: Values, maxValue: number, into: Float64Array): void {
  for (let row = 0; row < into.length; row++) {
    const value = values[row]!
    if (!(value <= maxValue)) continue
    const sum = into[row]!
    into[row] = Number.isNaN(sum) ? value : sum + value
  }
}

function addNarrow(values: Narrow, groups: Int32Array, sums: Float64Array): void {
  const missing = standInOf(values)
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row]!
    const value = values[row]!
    if (group !== NO_GROUP && value !== missing) sums[group]! += value
  }
}

function addWide(values: Float64Array, groups: Int32Array, sums: Float64Array): void {
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row]!
    const value = values[row]!
    if (group !== NO_GROUP && !Number.isNaN(value)) sums[group]! += value
  }
}
