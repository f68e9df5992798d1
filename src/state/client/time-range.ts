/** Times that limit what is shown, in Unix seconds. */
import type * as protocol from '../../store/protocol.ts'

/** The times from `from` until before `to`. */
export type TimeRange = protocol.TimeRange

/** Whether both begin and end together. */
export function isSameRange(a: TimeRange, b: TimeRange): boolean {
  return a.from === b.from && a.to === b.to
}

/** What the reader chooses: a range that stays, or the last seconds before the newest record, which slide along. */
export type RequestedRange = protocol.RequestedRange
