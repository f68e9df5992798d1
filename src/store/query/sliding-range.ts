/** Which range a time window means now. */
import type { TimeRange, RequestedRange } from '../protocol.ts'

/** No record starts in it. */
const EMPTY: TimeRange = { from: 0, to: 0 }

/**
 * A sliding window counts back from `newest`, the end of the newest record (Unix seconds), in a capture as well as
 * live: so both its ends are always known. Where nothing has a time (`newest` is null) it holds nothing.
 */
export function rangeOf(time: RequestedRange | null, newest: number | null): TimeRange | null {
  if (time === null || !('last' in time)) return time
  return newest === null ? EMPTY : { from: Math.max(0, newest - time.last), to: newest }
}
