/** Keys with the time in which they were seen, and whether two of them overlap. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { FlowKey } from '../../flows/flow.ts'

/** A key and when it was seen, Unix seconds, [firstSeen, lastSeen); both 0 where the format has no times. */
export interface SeenKey {
  readonly key: FlowKey
  readonly firstSeen: number
  readonly lastSeen: number
}

export function hasTimes({ firstSeen, lastSeen }: SeenKey): boolean {
  return firstSeen > 0 && lastSeen > 0
}

/**
 * Whether two keys were seen at the same time, give or take one bucket: the two ends of a conversation may report the
 * same connection in neighbouring buckets. Null when one of them has no times.
 */
export function meetInTime(a: SeenKey, b: SeenKey): boolean | null {
  if (!hasTimes(a) || !hasTimes(b)) return null
  return a.firstSeen < b.lastSeen + BUCKET_SECONDS && b.firstSeen < a.lastSeen + BUCKET_SECONDS
}
