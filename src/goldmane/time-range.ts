/** The times of a request. All times are Unix seconds. */
import { GoldmaneError, STATUS } from './error.ts'

/** Inclusive start, exclusive end. */
export interface TimeRange {
  readonly gte: number
  readonly lt: number
}

/** A time of a request: greater than zero is absolute, less is relative to `now`, zero is what the call makes of it. */
export function resolveTime(asked: bigint, now: number, zero: number): number {
  if (asked === 0n) return zero
  return asked > 0n ? Number(asked) : now + Number(asked)
}

/**
 * The range of List, FilterHints and Statistics: from the oldest bucket held, to now, where the request leaves it open.
 * Throws UNKNOWN when it is empty or the wrong way round. Upstream: goldmane/goldmane.go:337-342,399-417.
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
