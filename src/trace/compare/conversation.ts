/** Which records are about the same conversation. Flows carry no addresses, so names, protocol and port must do. */
import type { FlowKey } from '../../flows/flow.ts'

/** A key and when it was seen, Unix seconds, [firstSeen, lastSeen); both 0 where the format has no times. */
export interface SeenKey {
  readonly key: FlowKey
  readonly firstSeen: number
  readonly lastSeen: number
}

/** Goldmane's bucket, and so the precision of every time. The two ends may report into neighbouring ones. */
const BUCKET = 15

/**
 * Whether two keys have the same ends, protocol and port. Not the service: only the source's node knows it as a rule.
 * Nor the types: some formats do not record them.
 */
export function sameConversation(a: FlowKey, b: FlowKey): boolean {
  return (
    a.sourceName === b.sourceName &&
    a.sourceNamespace === b.sourceNamespace &&
    a.destName === b.destName &&
    a.destNamespace === b.destNamespace &&
    a.proto === b.proto &&
    a.destPort === b.destPort
  )
}

export function hasTimes({ firstSeen, lastSeen }: SeenKey): boolean {
  return firstSeen > 0 && lastSeen > 0
}

/** Whether two records overlap in time, or are at most a bucket apart. Null when one of them has no times. */
export function meetInTime(a: SeenKey, b: SeenKey): boolean | null {
  if (!hasTimes(a) || !hasTimes(b)) return null
  return a.firstSeen < b.lastSeen + BUCKET && b.firstSeen < a.lastSeen + BUCKET
}
