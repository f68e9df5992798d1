/** Turns a sliding range, such as the last 15 minutes, into a fixed one. */
import type { TimeRange, RequestedRange } from '../protocol.ts'

/** A range that no record starts in. */
const EMPTY: TimeRange = { from: 0, to: 0 }

/**
 * The fixed range that a request means. A sliding range ends at `newest`, the end of the newest record (Unix seconds; null
 * when no record has a time), not at the clock: in a capture the clock has nothing to do with the records. Null is all.
 */
export function resolveRange(time: RequestedRange | null, newest: number | null): TimeRange | null {
  if (time === null || !('last' in time)) return time
  return newest === null ? EMPTY : { from: Math.max(0, newest - time.last), to: newest }
}
