/**
 * Sums of the seven counters of goldmane.Flow (fields 6 to 12, in that order), as arrays of seven. A capture may leave
 * any of them out: a sum is NaN until one record has the counter, and then the sum of those that have it.
 */
import type { Counters } from '../../flows/flow.ts'
import { COLUMN_COUNT, FIRST_COUNTER_COLUMN } from '../columns/chunk.ts'

export const COUNTER_COUNT = COLUMN_COUNT - FIRST_COUNTER_COLUMN

/** The counters of a row of which no record is left: no traffic, and connections as where none were recorded. */
export const EMPTY_COUNTERS: Counters = {
  packetsIn: 0,
  packetsOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  numConnectionsStarted: null,
  numConnectionsCompleted: null,
  numConnectionsLive: null,
}

/** Sets the counters of a record in the values of a row: NaN where one is null, or no finite number. */
export function setCounters(values: Float64Array, counters: Counters): void {
  values[FIRST_COUNTER_COLUMN] = finiteOrNaN(counters.packetsIn)
  values[FIRST_COUNTER_COLUMN + 1] = finiteOrNaN(counters.packetsOut)
  values[FIRST_COUNTER_COLUMN + 2] = finiteOrNaN(counters.bytesIn)
  values[FIRST_COUNTER_COLUMN + 3] = finiteOrNaN(counters.bytesOut)
  values[FIRST_COUNTER_COLUMN + 4] = finiteOrNaN(counters.numConnectionsStarted)
  values[FIRST_COUNTER_COLUMN + 5] = finiteOrNaN(counters.numConnectionsCompleted)
  values[FIRST_COUNTER_COLUMN + 6] = finiteOrNaN(counters.numConnectionsLive)
}

function finiteOrNaN(value: number | null): number {
  return value !== null && Number.isFinite(value) ? value : Number.NaN
}

/** Seven counters as an object of named ones, null where NaN. */
export function toCounters(counters: Float64Array): Counters {
  const orNull = (index: number): number | null => (Number.isNaN(counters[index]!) ? null : counters[index]!)
  return {
    packetsIn: orNull(0),
    packetsOut: orNull(1),
    bytesIn: orNull(2),
    bytesOut: orNull(3),
    numConnectionsStarted: orNull(4),
    numConnectionsCompleted: orNull(5),
    numConnectionsLive: orNull(6),
  }
}
