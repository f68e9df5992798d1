/** Evaluates a comparison of counters or of age, into a bitmap of one byte per subject or row. */
import { isNegated, numberTest } from '../../filter/tree/evaluate.ts'
import type { Comparison } from '../../filter/tree/expression.ts'
import { fieldOf } from '../../flows/field.ts'
import type { ChunkSlice } from '../columns/chunked-rows.ts'
import { END_COLUMN } from '../columns/chunk.ts'
import { invert } from './filter-bitmap.ts'
import { measureOf, measureRows } from './measure-counters.ts'

/** The sums of flows or signatures, by their numbers. */
interface MeasuredSubjects {
  readonly length: number
  readonly counter: (index: number, subject: number) => number
  /** When each was last seen, in Unix seconds; 0 where the format has no times. */
  readonly last: ArrayLike<number>
}

/** The bitmap of a comparison over the sums of flows or signatures. */
export function measureBitmap(
  comparison: Comparison,
  { length, counter, last }: MeasuredSubjects,
  now: number,
): Uint8Array {
  const field = fieldOf(comparison.field)
  const values = new Float64Array(length)
  if (field.type === 'measure') {
    for (let subject = 0; subject < length; subject++) values[subject] = measureOf(field.id, counter, subject)
  } else {
    for (let subject = 0; subject < length; subject++) values[subject] = last[subject]!
    toAge(values, now)
  }
  return testValues(comparison, values)
}

/** The bitmap of a comparison over the rows of a slice. */
export function rowMeasureBitmap(
  comparison: Comparison,
  { chunk, length }: ChunkSlice,
  now: number,
): Uint8Array {
  const field = fieldOf(comparison.field)
  const values = new Float64Array(length)
  if (field.type === 'measure') measureRows(field.id, chunk, values)
  else {
    chunk.column(END_COLUMN).copyTo(values)
    toAge(values, now)
  }
  return testValues(comparison, values)
}

/** Replaces times last seen by the seconds since then; by NaN where there is no time. */
function toAge(values: Float64Array, now: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i] === 0 ? Number.NaN : now - values[i]!
}

/** NaN, which is a value that was not recorded, passes no test: it matches the negated operators only. */
function testValues(comparison: Comparison, values: Float64Array): Uint8Array {
  const test = numberTest(comparison)
  const bits = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) {
    bits[i] = !Number.isNaN(values[i]!) && test(values[i]!) ? 1 : 0
  }
  return isNegated(comparison.operator) ? invert(bits) : bits
}
