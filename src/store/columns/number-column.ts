type Values =
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
type Narrow = Exclude<Values, Float64Array>

/** In a list of groups by row: the row is in none. */
export const NO_GROUP = -1

const EMPTY = new Uint8Array(0)

/**
 * A number for each row of a chunk, exact to 2^53, or that it was not recorded (NaN). It takes no memory until
 * something was recorded, then as few bytes a row as its greatest value needs: most counters of 15 s fit one or two.
 */
export class NumberColumn {
  /** Whether some row has no value. */
  hasMissing = false
  readonly #capacity: number
  /** Null until something was recorded. */
  #values: Values | null = null
  /** The greatest integer that `values` can hold; one more stands for NaN. Infinity in a column of doubles. */
  #maxValue = -1

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get byteLength(): number {
    return this.#values?.byteLength ?? 0
  }

  /** The numbers by row, for a scan of a column in which every row has a value. */
  get rawValues(): Values {
    return this.#values ?? EMPTY
  }

  /** Rows are put in the order of their numbers. */
  set(row: number, value: number): void {
    if (value <= this.#maxValue && (value >>> 0 === value || this.#maxValue === Number.POSITIVE_INFINITY)) {
      this.#values![row] = value
    } else if (Number.isNaN(value)) {
      this.hasMissing = true
      if (this.#values !== null) this.#values[row] = missingValueOf(this.#values)
    } else {
      this.#values = this.#widened(value, row)
      this.#maxValue = maxValueOf(this.#values)
      this.#values[row] = value
    }
  }

  /** NaN where it was not recorded. */
  value(row: number): number {
    const values = this.#values
    if (values === null) return Number.NaN
    const value = values[row]!
    return value > this.#maxValue ? Number.NaN : value
  }

  /** Fills `into` with the first rows; NaN where it was not recorded. */
  copyTo(into: Float64Array): void {
    const values = this.#values
    if (values === null) into.fill(Number.NaN)
    else if (values instanceof Float64Array || !this.hasMissing) into.set(values.subarray(0, into.length))
    else copyNarrow(values, into)
  }

  /** Adds the first rows to `into`; NaN stays and comes where it was not recorded. */
  addTo(into: Float64Array): void {
    const values = this.#values
    if (values === null) into.fill(Number.NaN)
    else if (values instanceof Float64Array || !this.hasMissing) addAll(values, into)
    else addNarrowTo(values, into)
  }

  /** Adds the first rows up by group: `groups` by row, {@link NO_GROUP} to leave a row out. */
  sumByGroup(groups: Int32Array, sums: Float64Array): void {
    const values = this.#values
    if (values instanceof Float64Array) addWide(values, groups, sums)
    else if (values !== null) addNarrow(values, groups, sums)
  }

  /** Counts by group the first rows that have no value; mostly there are none. */
  countMissingByGroup(groups: Int32Array, counts: Uint32Array): void {
    if (!this.hasMissing) return
    for (let row = 0; row < groups.length; row++) {
      const group = groups[row]!
      if (group !== NO_GROUP && Number.isNaN(this.value(row))) counts[group]!++
    }
  }

  /** The values of the rows before `row` in an array that can hold `value` too. */
  #widened(value: number, row: number): Values {
    const values = this.#values
    const capacity = this.#capacity
    const wider = arrayFor(value, capacity, values)
    if (values === null) wider.fill(missingValueOf(wider), 0, row)
    else if (values instanceof Float64Array || !this.hasMissing) wider.set(values.subarray(0, row))
    else
      for (let i = 0; i < row; i++)
        wider[i] = values[i] === missingValueOf(values) ? missingValueOf(wider) : values[i]!
    return wider
  }
}

/** An array that holds integers up to `value`, and all that the one before it could hold. */
function arrayFor(value: number, capacity: number, before: Values | null): Values {
  const isInteger = value >>> 0 === value
  const least = before?.BYTES_PER_ELEMENT ?? 1
  if (isInteger && value < 0xff && least === 1) return new Uint8Array(capacity)
  if (isInteger && value < 0xffff && least <= 2) return new Uint16Array(capacity)
  return isInteger && value < 0xffff_ffff && least <= 4
    ? new Uint32Array(capacity)
    : new Float64Array(capacity)
}

/** What stands for a row without a value. */
function missingValueOf(values: Values): number {
  return values instanceof Float64Array ? Number.NaN : 2 ** (8 * values.BYTES_PER_ELEMENT) - 1
}

function maxValueOf(values: Values): number {
  return values instanceof Float64Array ? Number.POSITIVE_INFINITY : missingValueOf(values) - 1
}

// Functions of their own, each for one kind of array, so that the compiler makes the best of them.

function copyNarrow(values: Narrow, into: Float64Array): void {
  const none = missingValueOf(values)
  for (let row = 0; row < into.length; row++) into[row] = values[row] === none ? Number.NaN : values[row]!
}

function addNarrowTo(values: Narrow, into: Float64Array): void {
  const none = missingValueOf(values)
  for (let row = 0; row < into.length; row++) into[row]! += values[row] === none ? Number.NaN : values[row]!
}

function addAll(values: Values, into: Float64Array): void {
  for (let row = 0; row < into.length; row++) into[row]! += values[row]!
}

function addNarrow(values: Narrow, groups: Int32Array, sums: Float64Array): void {
  const none = missingValueOf(values)
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row]!
    const value = values[row]!
    if (group !== NO_GROUP && value !== none) sums[group]! += value
  }
}

function addWide(values: Float64Array, groups: Int32Array, sums: Float64Array): void {
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row]!
    const value = values[row]!
    if (group !== NO_GROUP && !Number.isNaN(value)) sums[group]! += value
  }
}
