/** The trend of a table row: a sum of its records over time, for the sparkline, and the scale that all rows share. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { type Chunk, FIRST_COUNTER_COLUMN } from '../columns/chunk.ts'
import { isInRange } from '../columns/chunked-rows.ts'
import type { NumberColumn } from '../columns/number-column.ts'
import type { Measure } from '../protocol.ts'
import { measureOf, measureRows, singleCounterOf } from './measure-counters.ts'
import type { Match } from './matching-rows.ts'
import type { Snapshot } from './snapshot.ts'

const MAX_STEPS = 20

/** By entry; bytes where they suffice, because the pass over all records is as fast as the cache holds them. */
export type RowOfEntry = Uint8Array | Uint32Array

/**
 * The trends of `count` rows over the span of a snapshot; of records where a row has no record with the measure.
 * `rowOfEntry` has by entry the number of the row that its records belong to, counted from 1; 0 for none.
 */
export function trendsOf(
  snapshot: Snapshot,
  rowOfEntry: RowOfEntry,
  count: number,
  measure: Measure,
): readonly (readonly number[])[] {
  const { span } = snapshot
  if (span === null || count === 0) return Array.from({ length: count }, () => [])
  const length = span.to - span.from
  const steps = stepsIn(length, snapshot.recordSeconds)
  const sums = new TrendSums(count + 1, steps)
  const stepOf = (start: number): number => {
    // Rows after the play head are in the span of a range.
    if (start < span.from || start >= span.to || !isInRange(snapshot.bounds.time, start)) return -1
    return Math.min(steps - 1, Math.floor(((start - span.from) / length) * steps))
  }
  for (const { chunk, length: rows } of snapshot.slices) {
    const { starts, entries, startRuns } = chunk
    const values = valuesOf(measure, chunk, rows)
    if (startRuns.isUsable) {
      startRuns.forEachRun(rows, (begin, end) => {
        const step = stepOf(starts[begin]!)
        if (step >= 0) sums.addRows(rowOfEntry, entries, values, { begin, end, step })
      })
    } else {
      for (let row = 0; row < rows; row++) {
        const step = rowOfEntry[entries[row]!] === 0 ? -1 : stepOf(starts[row]!)
        if (step >= 0) sums.addRows(rowOfEntry, entries, values, { begin: row, end: row + 1, step })
      }
    }
  }
  return Array.from({ length: count }, (_, i) => sums.trendOf(i + 1))
}

/** At most {@link MAX_STEPS}; of sums each step has as many, because one sum more is an hour of records. */
function stepsIn(length: number, recordSeconds: number): number {
  const records = Math.max(1, Math.ceil(length / recordSeconds))
  if (recordSeconds === BUCKET_SECONDS) return Math.min(MAX_STEPS, records)
  return Math.ceil(records / Math.ceil(records / MAX_STEPS))
}

/** Values by row of a chunk. One that is not up to `max` was not recorded. */
interface MeasuredRows {
  readonly values: NumberColumn['rawValues']
  readonly max: number
}

/** The values of a measure by row: those of a single counter without a copy. */
function valuesOf(measure: Measure, chunk: Chunk, rows: number): MeasuredRows {
  if (measure === 'records') return { values: new Uint8Array(0), max: -1 }
  const counter = singleCounterOf(measure)
  if (counter !== null) {
    const { rawValues: values, maxValue: max } = chunk.column(FIRST_COUNTER_COLUMN + counter)
    return { values, max }
  }
  const values = new Float64Array(rows)
  measureRows(measure, chunk, values)
  return { values, max: Number.POSITIVE_INFINITY }
}

/** Sums by row of the table and step. */
class TrendSums {
  readonly #steps: number
  /** The steps of row 1 follow those of row 0, which nothing is added to. */
  readonly #records: Float64Array
  readonly #sums: Float64Array
  readonly #isMeasured: Uint8Array

  constructor(count: number, steps: number) {
    this.#steps = steps
    this.#records = new Float64Array(count * steps)
    this.#sums = new Float64Array(count * steps)
    this.#isMeasured = new Uint8Array(count)
  }

  /** Adds the records from `begin` to `end`, which are of one step, to the rows of the table that they belong to. */
  addRows(
    rowOfEntry: RowOfEntry,
    entries: Uint32Array,
    { values, max }: MeasuredRows,
    { begin, end, step }: { readonly begin: number; readonly end: number; readonly step: number },
  ): void {
    const steps = this.#steps
    const records = this.#records
    const sums = this.#sums
    const isMeasured = this.#isMeasured
    // No call in this loop: it is a third of an answer about a million records.
    for (let row = begin; row < end; row++) {
      const tableRow = rowOfEntry[entries[row]!]!
      if (tableRow === 0) continue
      const at = tableRow * steps + step
      records[at]!++
      if (max < 0) continue
      const value = values[row]!
      if (!(value <= max)) continue
      isMeasured[tableRow] = 1
      sums[at]! += value
    }
  }

  /** The sums of a row, or its records where none of them has the measure. */
  trendOf(tableRow: number): readonly number[] {
    const from = this.#isMeasured[tableRow] === 1 ? this.#sums : this.#records
    return [...from.subarray(tableRow * this.#steps, (tableRow + 1) * this.#steps)]
  }
}

/**
 * As `TableWindow.greatestSum`. The greatest step itself would take a pass over all records; the sums bound it, and they
 * are there already.
 */
export function greatestSumOf({ kind, flows, sets }: Match, snapshot: Snapshot, measure: Measure): number {
  if (kind === 'intervals') return 0
  const { sums } = snapshot
  const counter = (index: number, item: number): number =>
    sets === null ? sums.counter(index, item) : sets.sums.counter(index, item)
  const [isRow, records] = sets === null ? [flows, sums.records] : [sets.sums.keys, sets.sums.records]
  let greatest = 0
  for (let item = 0; item < (isRow?.length ?? 0); item++) {
    if (isRow?.[item] === 0) continue
    const sum = measure === 'records' ? Number.NaN : measureOf(measure, counter, item)
    greatest = Math.max(greatest, Number.isNaN(sum) ? records[item]! : sum)
  }
  return greatest
}
