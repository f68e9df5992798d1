import { BUCKET } from './buckets.ts'
import type { Scoped } from './scoped.ts'

const STEPS = 24

/**
 * Records over time of some rows, each a set of entries: `rowOf` says by entry to which of them its records belong,
 * plus one; 0 to none.
 */
export function trendsOf(scoped: Scoped, rowOf: Uint32Array, count: number): readonly (readonly number[])[] {
  const { span } = scoped
  if (span === null || count === 0) return Array.from({ length: count }, () => [])
  const length = span.to - span.from
  const steps = Math.max(1, Math.min(STEPS, Math.ceil(length / BUCKET)))
  const trends = Array.from({ length: count }, () => Array.from({ length: steps }, () => 0))
  for (const { chunk, length: rows } of scoped.slices) {
    const { starts, entries } = chunk
    for (let row = 0; row < rows; row++) {
      const place = rowOf[entries[row]!]!
      if (place === 0) continue
      const start = starts[row]!
      if (start < span.from || start >= span.to) continue
      const step = Math.floor(((start - span.from) / length) * steps)
      trends[place - 1]![Math.min(step, steps - 1)]! += 1
    }
  }
  return trends
}
