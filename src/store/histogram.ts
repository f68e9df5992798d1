import type { MeasureFieldId } from '../flows/field.ts'
import { BUCKET, type Buckets } from './buckets.ts'
import { COUNTERS } from './chunk.ts'
import type { Match } from './match.ts'
import { measureOf } from './measures.ts'
import type { Histogram, TimeRange } from './protocol.ts'
import type { Slice } from './rows.ts'
import type { Scoped } from './scoped.ts'

/** Seconds a step, and where the first one starts: steps stand still while the range slides. */
function stepsOf({ from, to }: TimeRange, wanted: number): { from: number; step: number; count: number } {
  // One step less than wanted, because the first and the last one may be cut by the range.
  const step = BUCKET * Math.max(1, Math.ceil((to - from) / BUCKET / Math.max(1, wanted - 1)))
  const first = Math.floor(from / step) * step
  return { from: first, step, count: Math.max(1, Math.ceil((to - first) / step)) }
}

const NONE = 0
const ALLOWED = 1
const DENIED = 2
const OTHER = 3
const KINDS = 4

/** By entry: into which of the three its records go, or that they do not match. */
function verdicts(scoped: Scoped, { entries }: Match): Uint8Array {
  const { keys, entryCount } = scoped
  const ofFlow = keys.codesOf('action')
  const ofWord = Uint8Array.from(keys.words.texts, (word) => {
    if (word === 'Allow') return ALLOWED
    return word === 'Deny' ? DENIED : OTHER
  })
  const verdict = new Uint8Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) {
    verdict[entry] = entries[entry] === 0 ? NONE : ofWord[ofFlow[keys.flowOf[entry]!]!]!
  }
  return verdict
}

/** Matching records, or a sum of theirs, by verdict over time. */
export function histogramOf(
  scoped: Scoped,
  match: Match,
  wanted: number,
  measure: MeasureFieldId | 'records',
  buckets: Buckets | null,
): Histogram | null {
  const { span } = scoped
  if (span === null) return null
  const { from, step, count } = stepsOf(span, wanted)
  const verdict = verdicts(scoped, match)
  const bins = new Float64Array(count * KINDS)
  for (const [i, slice] of scoped.slices.entries()) {
    countSlice(slice, verdict, match.rows?.[i] ?? null, span, { from, step }, measure, bins)
  }
  const of = (kind: number): Float64Array =>
    Float64Array.from({ length: count }, (_, bin) => bins[bin * KINDS + kind]!)
  return {
    from,
    step,
    allowed: of(ALLOWED),
    denied: of(DENIED),
    other: of(OTHER),
    gaps: gapsIn(from, step, count, buckets),
  }
}

/** Adds the rows of a slice to the bins, which hold all kinds of a step side by side. */
function countSlice(
  { chunk, length }: Slice,
  verdict: Uint8Array,
  rowBits: Uint8Array | null,
  span: TimeRange,
  { from, step }: { readonly from: number; readonly step: number },
  measure: MeasureFieldId | 'records',
  bins: Float64Array,
): void {
  const { starts, entries } = chunk
  const counterAt = (index: number, row: number): number => chunk.value(COUNTERS + index, row)
  // Rows come in order of time, mostly: the same bin again and again, and most of them are allowed.
  let allowed = 0
  let binStart = 0
  let binEnd = 0
  let base = 0
  for (let row = 0; row < length; row++) {
    const kind = verdict[entries[row]!]!
    if (kind === NONE || (rowBits !== null && rowBits[row] === 0)) continue
    const start = starts[row]!
    if (start < binStart || start >= binEnd) {
      if (start < span.from || start >= span.to) continue
      bins[base + ALLOWED]! += allowed
      allowed = 0
      const bin = Math.floor((start - from) / step)
      // The part of the bin that is in the range.
      binStart = Math.max(span.from, from + bin * step)
      binEnd = Math.min(span.to, from + (bin + 1) * step)
      base = bin * KINDS
    }
    const value = measure === 'records' ? 1 : measuredAt(measure, counterAt, row)
    if (kind === ALLOWED) allowed += value
    else bins[base + kind]! += value
  }
  bins[base + ALLOWED]! += allowed
}

/** What was not recorded adds nothing. */
function measuredAt(
  measure: MeasureFieldId,
  counterAt: (index: number, row: number) => number,
  row: number,
): number {
  const value = measureOf(measure, counterAt, row)
  return Number.isNaN(value) ? 0 : value
}

/** 1 for each step in which a 15 s bucket is missing between others that were received. */
function gapsIn(from: number, step: number, count: number, buckets: Buckets | null): Uint8Array {
  const gaps = new Uint8Array(count)
  for (const missing of buckets?.missing() ?? []) {
    const first = Math.max(0, Math.floor((missing.from - from) / step))
    const end = Math.min(count, Math.ceil((missing.to - from) / step))
    if (first < end) gaps.fill(1, first, end)
  }
  return gaps
}
