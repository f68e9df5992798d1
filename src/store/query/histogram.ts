import type { MeasureFieldId } from '../../flows/field.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { GapDetector } from '../columns/gap-detector.ts'
import type { Match } from './match.ts'
import { measureRows } from './measures.ts'
import type { Histogram, TimeRange } from '../protocol.ts'
import type { ChunkSlice } from '../columns/chunked-rows.ts'
import type { Scoped } from './snapshot.ts'

/** Seconds a step, and where the first one starts: steps stand still while the range slides. */
function stepsOf({ from, to }: TimeRange, wanted: number): { from: number; step: number; count: number } {
  // One step less than wanted, because the first and the last one may be cut by the range.
  const step = BUCKET_SECONDS * Math.max(1, Math.ceil((to - from) / BUCKET_SECONDS / Math.max(1, wanted - 1)))
  const first = Math.floor(from / step) * step
  return { from: first, step, count: Math.max(1, Math.ceil((to - first) / step)) }
}

/** Above the rows of any chunk: the three counts of one run fit into one double, which is exact to 2^53. */
const SHIFT = 2 ** 17
const ALLOWED = 1
const DENIED = SHIFT
const OTHER = SHIFT * SHIFT

/** By entry: what a record of it adds to such a double; 0 where it does not match. */
function weightsOf(scoped: Scoped, { entries }: Match): Float64Array {
  const { keys, entryCount } = scoped
  const ofFlow = keys.codesOf('action')
  const ofWord = Float64Array.from(keys.enums.texts, (word) => {
    if (word === 'Allow') return ALLOWED
    return word === 'Deny' ? DENIED : OTHER
  })
  const weights = new Float64Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) {
    if (entries[entry] === 1) weights[entry] = ofWord[ofFlow[keys.flowOf[entry]!]!]!
  }
  return weights
}

/** The three series, by step. */
class Bins {
  readonly allowed: Float64Array
  readonly denied: Float64Array
  readonly other: Float64Array

  constructor(count: number) {
    this.allowed = new Float64Array(count)
    this.denied = new Float64Array(count)
    this.other = new Float64Array(count)
  }

  /** Adds the records that a sum of weights stands for. */
  add(step: number, weights: number): void {
    const other = Math.floor(weights / OTHER)
    this.other[step]! += other
    this.denied[step]! += Math.floor(weights / DENIED) - other * SHIFT
    this.allowed[step]! += weights % DENIED
  }
}

/** Matching records, or a sum of theirs, by verdict over time. */
export function histogramOf(
  scoped: Scoped,
  match: Match,
  wanted: number,
  measure: MeasureFieldId | 'records',
  buckets: GapDetector | null,
): Histogram | null {
  const { span } = scoped
  if (span === null) return null
  const { from, step, count } = stepsOf(span, wanted)
  const weights = weightsOf(scoped, match)
  const bins = new Bins(count)
  const stepOf = (start: number): number =>
    start < span.from || start >= span.to ? -1 : Math.floor((start - from) / step)
  for (const [i, slice] of scoped.slices.entries()) {
    const rowBits = match.rows?.[i]
    if (measure === 'records' && rowBits === undefined && slice.chunk.startRuns.isUsable) {
      countRuns(slice, weights, stepOf, bins)
    } else countRows(slice, weights, rowBits ?? null, stepOf, measure, bins)
  }
  return {
    from,
    step,
    allowed: bins.allowed,
    denied: bins.denied,
    other: bins.other,
    gaps: gapsIn(from, step, count, buckets),
  }
}

/** Adds the records of a slice, run by run. */
function countRuns(
  { chunk, length }: ChunkSlice,
  weights: Float64Array,
  stepOf: (start: number) => number,
  bins: Bins,
): void {
  const { starts, entries, startRuns: runs } = chunk
  runs.forEachRun(length, (begin, end) => {
    const step = stepOf(starts[begin]!)
    if (step >= 0) bins.add(step, sumOf(weights, entries, begin, end))
  })
}

function sumOf(weights: Float64Array, entries: Uint32Array, begin: number, end: number): number {
  let sum = 0
  for (let row = begin; row < end; row++) sum += weights[entries[row]!]!
  return sum
}

/** Adds the rows of a slice one by one. What was not recorded adds nothing. */
function countRows(
  slice: ChunkSlice,
  weights: Float64Array,
  rowBits: Uint8Array | null,
  stepOf: (start: number) => number,
  measure: MeasureFieldId | 'records',
  bins: Bins,
): void {
  const { starts, entries } = slice.chunk
  const values = new Float64Array(slice.length).fill(1)
  if (measure !== 'records') measureRows(measure, slice.chunk, values)
  let last = Number.NaN
  let step = -1
  for (let row = 0; row < values.length; row++) {
    const weight = weights[entries[row]!]!
    if (weight === 0 || (rowBits !== null && rowBits[row] === 0)) continue
    const start = starts[row]!
    // Rows come in order of time, mostly: the same step again and again.
    if (start !== last) {
      last = start
      step = stepOf(start)
    }
    const value = values[row]!
    if (step < 0 || Number.isNaN(value)) continue
    if (weight === ALLOWED) bins.allowed[step]! += value
    else if (weight === DENIED) bins.denied[step]! += value
    else bins.other[step]! += value
  }
}

/** 1 for each step in which a 15 s bucket is missing between others that were received. */
function gapsIn(from: number, step: number, count: number, buckets: GapDetector | null): Uint8Array {
  const gaps = new Uint8Array(count)
  for (const missing of buckets?.gaps() ?? []) {
    const first = Math.max(0, Math.floor((missing.from - from) / step))
    const end = Math.min(count, Math.ceil((missing.to - from) / step))
    if (first < end) gaps.fill(1, first, end)
  }
  return gaps
}
