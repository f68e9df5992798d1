import type { MeasureFieldId } from '../flows/field.ts'

/** The counters that each measure adds up, by their place among the seven; the property tests hold it to the registry. */
export const MEASURE_COUNTERS: Readonly<Record<MeasureFieldId, readonly number[]>> = {
  packets: [0, 1],
  bytes: [2, 3],
  conns: [4],
}

/** A measure from counters by place; NaN where it was not recorded. */
export function measureOf(field: MeasureFieldId, counter: (index: number) => number): number {
  const [first, second] = MEASURE_COUNTERS[field]
  return counter(first ?? 0) + (second === undefined ? 0 : counter(second))
}
