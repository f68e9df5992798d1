/**
 * Records of a far future are not stored: no retention would delete them for years, and what looks back from the newest record would find
 * nothing else. One of two clocks is wrong then, and which one cannot be told, so that they wait while the ring has them.
 */
import { HistoryError } from '../history-error.ts'

/** Seconds: more than the time zones differ by, as of a clock that was set to the local time. */
const MAX_AHEAD_S = 86_400

/** `time` in Unix seconds, `now` in Unix milliseconds. */
export function isFarAhead(time: number, now: number): boolean {
  return time > now / 1000 + MAX_AHEAD_S
}

/** It names no time, so that the log has it once for all buckets. */
export function farAheadError(): HistoryError {
  return new HistoryError(
    'failed',
    "Goldmane's records are more than a day ahead of the gateway's clock, and are not stored: one of the two clocks is wrong",
  )
}
