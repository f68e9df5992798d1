/** The times of a request. All times are Unix seconds. */
import { GoldmaneError, STATUS } from './goldmane-error.ts'

/** Inclusive start, exclusive end. */
export interface TimeRange {
  readonly gte: number
  readonly lt: number
}

/** Resolves a time of a request: positive is absolute, negative is relative to `now`, 0 stands for `zero`. */
export function resolveTime(asked: bigint, now: number, zero: number): number {
  if (asked === 0n) return zero
  return asked > 0n ? Number(asked) : now + Number(asked)
}

/**
 * Resolves the range of List, FilterHints and Statistics. An open start is the oldest bucket of the ring, an open end
 * is now. Throws UNKNOWN when the range is empty or reversed. Upstream: goldmane/goldmane.go:337-342,399-417.
 */
export function resolveRange(
  request: { readonly startTimeGte: bigint; readonly startTimeLt: bigint },
  now: number,
  oldest: number,
): TimeRange {
  const second = Math.floor(now)
  const gte = resolveTime(request.startTimeGte, second, oldest)
  const lt = resolveTime(request.startTimeLt, second, second)
  if (gte >= lt)
    throw new GoldmaneError(STATUS.UNKNOWN, `startTimeGt (${gte}) must be less than startTimeLt (${lt})`)
  return { gte, lt }
}
