/** The counters of a record, of which some may not be recorded, and their sums. */
import type { Counters } from './flow.ts'

/** In the order of goldmane.Flow's fields 6 to 12. */
export const COUNTER_NAMES = [
  'packetsIn',
  'packetsOut',
  'bytesIn',
  'bytesOut',
  'numConnectionsStarted',
  'numConnectionsCompleted',
  'numConnectionsLive',
] as const satisfies readonly (keyof Counters)[]

/** The counters of a record that has none, as a trace or a key alone. */
export const UNRECORDED: Counters = {
  packetsIn: null,
  packetsOut: null,
  bytesIn: null,
  bytesOut: null,
  numConnectionsStarted: null,
  numConnectionsCompleted: null,
  numConnectionsLive: null,
}

/** The sum of those that are recorded; null where neither is. */
export function addRecorded(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b
}

/** Bytes in both directions; of one direction where only that is recorded, and null where neither is. */
export function bytesOf({ bytesIn, bytesOut }: Counters): number | null {
  return addRecorded(bytesIn, bytesOut)
}

/** Packets in both directions, as {@link bytesOf}. */
export function packetsOf({ packetsIn, packetsOut }: Counters): number | null {
  return addRecorded(packetsIn, packetsOut)
}
