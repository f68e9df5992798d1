/** Whether a time range ends before, starts after, or overlaps the records held. */
import type { Holdings } from '../../../state/client/holdings.ts'
import type { TimeRange } from '../../../state/client/time-range.ts'

export type Position = 'before' | 'after' | 'overlapping'

/** Null when no record with a time is held. Ranges are half-open, so that two that only touch do not overlap. */
export function positionOf(
  range: TimeRange,
  { oldest, newest }: Pick<Holdings, 'oldest' | 'newest'>,
): Position | null {
  if (oldest === null || newest === null) return null
  if (range.to <= oldest) return 'before'
  return range.from >= newest ? 'after' : 'overlapping'
}

/** A range as long as the given one that ends at `end` (Unix seconds), and does not begin before 1970. */
export function endingAt(range: TimeRange, end: number): TimeRange {
  return { from: Math.max(0, end - (range.to - range.from)), to: end }
}
