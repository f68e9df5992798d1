/** The trend of a table row: a sum of its records over time, for the sparkline, and the scale that all rows share. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { FIRST_COUNTER_COLUMN } from '../columns/chunk.ts'
import type { Measure } from '../protocol.ts'
import { measureOf } from './measure-counters.ts'
import type { Match } from './match.ts'
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
  const steps = Math.max(1, Math.min(MAX_STEPS, Math.ceil(length / BUCKET_SECONDS)))
  // The sums of row 1 follow those of row 0, which nothing is added to.
  const records = new Float64Array((count + 1) * steps)
  const sums = new Float64Array((count + 1) * steps)
  const isMeasured = new Uint8Array(count + 1)
  const stepOf = (start: number): number => {
    if (start < span.from || start >= span.to) return -1
    return Math.min(steps - 1, Math.floor(((start - span.from) / length) * steps))
  }
  for (const { chunk, length: rows } of snapshot.slices) {
    const { starts, entries, startRuns } = chunk
    const counter = (index: number, row: number): number => chunk.value(FIRST_COUNTER_COLUMN + index, row)
    // Few rows belong to the table's: a value is read for these alone.
    const addRow = (row: number, tableRow: number, step: number): void => {
      records[tableRow * steps + step]!++
      const value = measure === 'records' ? Number.NaN : measureOf(measure, counter, row)
      if (Number.isNaN(value)) return
      isMeasured[tableRow] = 1
      sums[tableRow * steps + step]! += value
    }
    if (startRuns.isUsable) {
      startRuns.forEachRun(rows, (begin, end) => {
        const step = stepOf(starts[begin]!)
        if (step >= 0)
          visitRows(rowOfEntry, entries, begin, end, (row, tableRow) => addRow(row, tableRow, step))
      })
    } else {
      visitRows(rowOfEntry, entries, 0, rows, (row, tableRow) => {
        const step = stepOf(starts[row]!)
        if (step >= 0) addRow(row, tableRow, step)
      })
    }
  }
  return Array.from({ length: count }, (_, i) => {
    const from = isMeasured[i + 1] === 1 ? sums : records
    return [...from.subarray((i + 1) * steps, (i + 2) * steps)]
  })
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

/** Calls `visit` for each record that belongs to a row of the table, which few do. */
function visitRows(
  rowOfEntry: RowOfEntry,
  entries: Uint32Array,
  begin: number,
  end: number,
  visit: (row: number, tableRow: number) => void,
): void {
  for (let row = begin; row < end; row++) {
    const tableRow = rowOfEntry[entries[row]!]!
    if (tableRow !== 0) visit(row, tableRow)
  }
}
