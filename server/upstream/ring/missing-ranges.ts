import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import type { MissingRange } from '../../../src/wire/freshness.ts'

/** Ranges beyond this many are merged with the one before them, so that a list stays short enough to be sent. */
const MAX_RANGES = 64

/** The ranges, ascending, with a bucket added; buckets that touch are one range. */
export function addBucket(ranges: readonly MissingRange[], start: number): readonly MissingRange[] {
  const added = [...ranges, { from: start, to: start + BUCKET_SECONDS }].sort((a, b) => a.from - b.from)
  const merged: MissingRange[] = []
  for (const range of added) {
    const last = merged.at(-1)
    if (last !== undefined && (range.from <= last.to || merged.length >= MAX_RANGES))
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) }
    else merged.push(range)
  }
  return merged
}

/** The ranges between the buckets that start at the given times, ascending. */
export function rangesBetween(starts: readonly number[]): readonly MissingRange[] {
  const ranges: MissingRange[] = []
  for (const [i, start] of starts.entries()) {
    const end = (starts[i - 1] ?? start - BUCKET_SECONDS) + BUCKET_SECONDS
    if (start > end) ranges.push({ from: end, to: start })
  }
  return ranges
}
