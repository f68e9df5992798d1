import type { MeasureFieldId } from '../flows/field.ts'
import { BUCKET, type Buckets } from './buckets.ts'
import { COUNTERS } from './chunk.ts'
import type { Match } from './match.ts'
import { measureOf } from './measures.ts'
import type { Histogram, TimeRange } from './protocol.ts'
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
  const bins = [NONE, ALLOWED, DENIED, OTHER].map(() => new Float64Array(count))
  for (const [i, { chunk, length }] of scoped.slices.entries()) {
    const { starts, entries } = chunk
    const rowBits = match.rows?.[i]
    // Rows come in order of time, mostly: the same bin again and again.
    let binStart = 0
    let binEnd = 0
    let bin = 0
    for (let row = 0; row < length; row++) {
      const start = starts[row]!
      if (start < span.from || start >= span.to) continue
      const kind = verdict[entries[row]!]!
      if (kind === NONE || (rowBits !== undefined && rowBits[row] === 0)) continue
      if (start < binStart || start >= binEnd) {
        bin = Math.floor((start - from) / step)
        binStart = from + bin * step
        binEnd = binStart + step
      }
      if (measure === 'records') bins[kind]![bin]! += 1
      else {
        const value = measureOf(measure, (index) => chunk.value(COUNTERS + index, row))
        if (!Number.isNaN(value)) bins[kind]![bin]! += value
      }
    }
  }
  const [, allowed, denied, other] = bins
  return {
    from,
    step,
    allowed: allowed!,
    denied: denied!,
    other: other!,
    gaps: gapsIn(from, step, count, buckets),
  }
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
