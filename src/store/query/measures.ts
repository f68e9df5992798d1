import type { MeasureFieldId } from '../../flows/field.ts'
import { type Chunk, FIRST_COUNTER_COLUMN } from '../columns/chunk.ts'

/** The counters that each measure adds up, by their place among the seven; the property tests hold it to the registry. */
export const MEASURE_COUNTERS: Readonly<
  Record<MeasureFieldId, readonly [number] | readonly [number, number]>
> = {
  packets: [0, 1],
  bytes: [2, 3],
  conns: [4],
}

/**
 * A measure of a subject, from its counters by place; NaN where it was not recorded. The subject is handed through, so
 * that callers in loops need no closure for each.
 */
export function measureOf(
  field: MeasureFieldId,
  counter: (index: number, subject: number) => number,
  subject: number,
): number {
  const [first, second] = MEASURE_COUNTERS[field]
  const value = counter(first, subject)
  return second === undefined ? value : value + counter(second, subject)
}

/** A measure of the first rows of a chunk; NaN where it was not recorded. */
export function measureRows(field: MeasureFieldId, chunk: Chunk, values: Float64Array): void {
  const [first, second] = MEASURE_COUNTERS[field]
  chunk.column(FIRST_COUNTER_COLUMN + first).copyTo(values)
  if (second !== undefined) chunk.column(FIRST_COUNTER_COLUMN + second).addTo(values)
}
