/** The histogram: matching records, or a sum of one of their counters, by verdict over time. */
import type { MeasureFieldId } from '../../flows/field.ts'
import { barSeconds } from '../../flows/bucket.ts'
import type { GapDetector } from '../columns/gap-detector.ts'
import type { Match } from './matching-rows.ts'
import { measureRows } from './measure-counters.ts'
import type { Histogram, TimeRange } from '../protocol.ts'
import type { ChunkSlice } from '../columns/chunked-rows.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * The seconds a step, the start of the first step, and the number of steps. Starts are multiples of the step, so that
 * bars keep their place while a range slides.
 */
function stepsOf(
  { from, to }: TimeRange,
  wantedSteps: number,
  recordSeconds: number,
): { from: number; step: number; count: number } {
  const step = barSeconds({ from, to }, wantedSteps, recordSeconds)
  const first = Math.floor(from / step) * step
  return { from: first, step, count: Math.max(1, Math.ceil((to - first) / step)) }
}

/**
 * The records of one run of rows are summed in one double: allowed ones in the low 17 bits, denied ones in the next 17,
 * others above. A chunk has at most 2^16 rows, so that no part overflows, and the sum is exact below 2^53.
 */
const PART_SIZE = 2 ** 17
const ALLOWED = 1
const DENIED = PART_SIZE
const OTHER = PART_SIZE * PART_SIZE

/** By entry: what one of its records adds to a packed sum; 0 where the entry does not match. */
function weightsOf(snapshot: Snapshot, { entries }: Match): Float64Array {
  const { keys, entryCount } = snapshot
  const actions = keys.codesOf('action')
  const weightOfCode = Float64Array.from(keys.enums.texts, (word) => {
    if (word === 'Allow') return ALLOWED
    return word === 'Deny' ? DENIED : OTHER
  })
  const weights = new Float64Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) {
    if (entries[entry] === 1) weights[entry] = weightOfCode[actions[keys.flowOf[entry]!]!]!
  }
  return weights
}

/** The three series of the histogram, by step. */
class Bins {
  readonly allowed: Float64Array
  readonly denied: Float64Array
  readonly other: Float64Array

  constructor(count: number) {
    this.allowed = new Float64Array(count)
    this.denied = new Float64Array(count)
    this.other = new Float64Array(count)
  }

  /** Unpacks a sum of weights into the three series. */
  addPacked(step: number, sum: number): void {
    const other = Math.floor(sum / OTHER)
    this.other[step]! += other
    this.denied[step]! += Math.floor(sum / DENIED) - other * PART_SIZE
    this.allowed[step]! += sum % DENIED
  }
}

/**
 * The histogram of a match in about `wantedSteps` steps; null when no row has a time. `gapDetector` is null for a
 * capture, which has no gaps.
 */
export function histogramOf(
  snapshot: Snapshot,
  match: Match,
  wantedSteps: number,
  measure: MeasureFieldId | 'records',
  gapDetector: GapDetector | null,
): Histogram | null {
  const { span } = snapshot
  if (span === null) return null
  const { from, step, count } = stepsOf(span, wantedSteps, snapshot.recordSeconds)
  const weights = weightsOf(snapshot, match)
  const bins = new Bins(count)
  const stepOf = (start: number): number =>
    start < span.from || start >= span.to ? -1 : Math.floor((start - from) / step)
  for (const [i, slice] of snapshot.slices.entries()) {
    const rowBitmap = match.rows?.[i]
    if (measure === 'records' && rowBitmap === undefined && slice.chunk.startRuns.isUsable) {
      countRuns(slice, weights, stepOf, bins)
    } else countRows(slice, weights, rowBitmap ?? null, stepOf, measure, bins)
  }
  return {
    from,
    step,
    measure,
    allowed: bins.allowed,
    denied: bins.denied,
    other: bins.other,
    gaps: gapsIn(from, step, count, gapDetector),
  }
}

/** Adds the records of a slice run by run: rows of one bucket mostly follow each other, so that steps are few. */
function countRuns(
  { chunk, length }: ChunkSlice,
  weights: Float64Array,
  stepOf: (start: number) => number,
  bins: Bins,
): void {
  const { starts, entries, startRuns } = chunk
  startRuns.forEachRun(length, (begin, end) => {
    const step = stepOf(starts[begin]!)
    if (step >= 0) bins.addPacked(step, sumWeights(weights, entries, begin, end))
  })
}

function sumWeights(weights: Float64Array, entries: Uint32Array, begin: number, end: number): number {
  let sum = 0
  for (let row = begin; row < end; row++) sum += weights[entries[row]!]!
  return sum
}

/** Adds the rows of a slice one by one. A counter that was not recorded adds nothing. */
function countRows(
  slice: ChunkSlice,
  weights: Float64Array,
  rowBitmap: Uint8Array | null,
  stepOf: (start: number) => number,
  measure: MeasureFieldId | 'records',
  bins: Bins,
): void {
  const { starts, entries } = slice.chunk
  const values = new Float64Array(slice.length).fill(1)
  if (measure !== 'records') measureRows(measure, slice.chunk, values)
  let lastStart = Number.NaN
  let step = -1
  for (let row = 0; row < values.length; row++) {
    const weight = weights[entries[row]!]!
    if (weight === 0 || (rowBitmap !== null && rowBitmap[row] === 0)) continue
    const start = starts[row]!
    // Most rows have the start of the row before: the division is done once for them.
    if (start !== lastStart) {
      lastStart = start
      step = stepOf(start)
    }
    const value = values[row]!
    if (step < 0 || Number.isNaN(value)) continue
    if (weight === ALLOWED) bins.allowed[step]! += value
    else if (weight === DENIED) bins.denied[step]! += value
    else bins.other[step]! += value
  }
}

/** 1 for each step that overlaps a gap: buckets of which nothing was received, between others. */
function gapsIn(from: number, step: number, count: number, gapDetector: GapDetector | null): Uint8Array {
  const gaps = new Uint8Array(count)
  for (const gap of gapDetector?.gaps() ?? []) {
    const first = Math.max(0, Math.floor((gap.from - from) / step))
    const end = Math.min(count, Math.ceil((gap.to - from) / step))
    if (first < end) gaps.fill(1, first, end)
  }
  return gaps
}
