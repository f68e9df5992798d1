/**
 * Sums of the seven counters of goldmane.Flow (fields 6 to 12, in that order), as arrays of seven. The last three count
 * connections, which a capture may leave out: such a sum is NaN until one record has the counter, and then the sum of
 * those that have it.
 */
import type { Counters } from '../../flows/flow.ts'
import { COLUMN_COUNT, FIRST_COUNTER_COLUMN } from '../columns/chunk.ts'

export const COUNTER_COUNT = COLUMN_COUNT - FIRST_COUNTER_COLUMN
/** The first of the three connection counters. */
export const FIRST_CONNECTION_COUNTER = 4

/** The sum of no records: zeros, and NaN for connections. */
export function emptyCounters(): Float64Array {
  return new Float64Array(COUNTER_COUNT).fill(0).fill(Number.NaN, FIRST_CONNECTION_COUNTER)
}

/** The same counters as an object of named ones, null where NaN. */
export function toCounters(counters: Float64Array): Counters {
  const orNull = (index: number): number | null => (Number.isNaN(counters[index]!) ? null : counters[index]!)
  return {
    packetsIn: counters[0]!,
    packetsOut: counters[1]!,
    bytesIn: counters[2]!,
    bytesOut: counters[3]!,
    numConnectionsStarted: orNull(4),
    numConnectionsCompleted: orNull(5),
    numConnectionsLive: orNull(6),
  }
}
