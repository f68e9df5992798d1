import type { MeasureFieldId } from '../../flows/field.ts'
import { type Chunk, FIRST_COUNTER_COLUMN } from '../columns/chunk.ts'

/**
 * The counters that each measure adds up, by their index among the seven of goldmane.Flow. The registry has the same as
 * functions of a flow; property tests hold the two together.
 */
const MEASURE_COUNTERS: Readonly<Record<MeasureFieldId, readonly [number] | readonly [number, number]>> = {
  packets: [0, 1],
  bytes: [2, 3],
  conns: [4],
}

/**
 * A measure of a subject from its counters; of one of the two where only that was recorded, NaN where none was. `counter` takes the subject as an argument, so
 * that a loop over subjects does not create a closure for each.
 */
export function measureOf(
  field: MeasureFieldId,
  counter: (index: number, subject: number) => number,
  subject: number,
): number {
  const [first, second] = MEASURE_COUNTERS[field]
  const value = counter(first, subject)
  if (second === undefined) return value
  const other = counter(second, subject)
  if (Number.isNaN(value)) return other
  return Number.isNaN(other) ? value : value + other
}

/** The index of the counter that a measure is; null for one that adds up two. */
export function singleCounterOf(field: MeasureFieldId): number | null {
  const [first, second] = MEASURE_COUNTERS[field]
  return second === undefined ? first : null
}

/** Fills `values` with a measure of the first rows of a chunk, as {@link measureOf}. */
export function measureRows(field: MeasureFieldId, chunk: Chunk, values: Float64Array): void {
  const [first, second] = MEASURE_COUNTERS[field]
  const column = chunk.column(FIRST_COUNTER_COLUMN + first)
  column.copyTo(values)
  if (second !== undefined) chunk.column(FIRST_COUNTER_COLUMN + second).addTo(values, column.hasMissing)
}
