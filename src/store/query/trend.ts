import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { Scoped } from './snapshot.ts'

const STEPS = 24

/**
 * Records over time of some rows, each a set of entries: `rowOf` says by entry to which of them its records belong,
 * plus one; 0 to none.
 */
export function trendsOf(scoped: Scoped, rowOf: Uint32Array, count: number): readonly (readonly number[])[] {
  const { span } = scoped
  if (span === null || count === 0) return Array.from({ length: count }, () => [])
  const length = span.to - span.from
  const steps = Math.max(1, Math.min(STEPS, Math.ceil(length / BUCKET_SECONDS)))
  // Row after row, each with a place in front of its own for what belongs to none.
  const counts = new Uint32Array((count + 1) * steps)
  const stepOf = (start: number): number => {
    if (start < span.from || start >= span.to) return -1
    return Math.min(steps - 1, Math.floor(((start - span.from) / length) * steps))
  }
  for (const { chunk, length: rows } of scoped.slices) {
    const { starts, entries, startRuns: runs } = chunk
    if (runs.isUsable) {
      runs.forEachRun(rows, (begin, end) => {
        const step = stepOf(starts[begin]!)
        if (step >= 0) countRun(counts, steps, step, rowOf, entries, begin, end)
      })
    } else {
      for (let row = 0; row < rows; row++) {
        const place = rowOf[entries[row]!]!
        const step = place === 0 ? -1 : stepOf(starts[row]!)
        if (step >= 0) counts[place * steps + step]!++
      }
    }
  }
  return Array.from({ length: count }, (_, row) => [...counts.subarray((row + 1) * steps, (row + 2) * steps)])
}

function countRun(
  counts: Uint32Array,
  steps: number,
  step: number,
  rowOf: Uint32Array,
  entries: Uint32Array,
  begin: number,
  end: number,
): void {
  for (let row = begin; row < end; row++) {
    const place = rowOf[entries[row]!]!
    if (place !== 0) counts[place * steps + step]!++
  }
}
