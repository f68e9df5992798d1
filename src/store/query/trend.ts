/** The trend of a table row: its records over time, for the sparkline. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { Snapshot } from './snapshot.ts'

const MAX_STEPS = 24

/**
 * The trends of `count` rows over the span of a snapshot. `rowOfEntry` has by entry the number of the row that its records
 * belong to, counted from 1; 0 for none.
 */
export function trendsOf(
  snapshot: Snapshot,
  rowOfEntry: Uint32Array,
  count: number,
): readonly (readonly number[])[] {
  const { span } = snapshot
  if (span === null || count === 0) return Array.from({ length: count }, () => [])
  const length = span.to - span.from
  const steps = Math.max(1, Math.min(MAX_STEPS, Math.ceil(length / BUCKET_SECONDS)))
  // The counts of row 1 follow those of row 0, which nothing is counted for.
  const counts = new Uint32Array((count + 1) * steps)
  const stepOf = (start: number): number => {
    if (start < span.from || start >= span.to) return -1
    return Math.min(steps - 1, Math.floor(((start - span.from) / length) * steps))
  }
  for (const { chunk, length: rows } of snapshot.slices) {
    const { starts, entries, startRuns } = chunk
    if (startRuns.isUsable) {
      startRuns.forEachRun(rows, (begin, end) => {
        const step = stepOf(starts[begin]!)
        if (step >= 0) countRun(counts, steps, step, rowOfEntry, entries, begin, end)
      })
    } else {
      for (let row = 0; row < rows; row++) {
        const tableRow = rowOfEntry[entries[row]!]!
        const step = tableRow === 0 ? -1 : stepOf(starts[row]!)
        if (step >= 0) counts[tableRow * steps + step]!++
      }
    }
  }
  return Array.from({ length: count }, (_, i) => [...counts.subarray((i + 1) * steps, (i + 2) * steps)])
}

function countRun(
  counts: Uint32Array,
  steps: number,
  step: number,
  rowOfEntry: Uint32Array,
  entries: Uint32Array,
  begin: number,
  end: number,
): void {
  for (let row = begin; row < end; row++) {
    const tableRow = rowOfEntry[entries[row]!]!
    if (tableRow !== 0) counts[tableRow * steps + step]!++
  }
}
