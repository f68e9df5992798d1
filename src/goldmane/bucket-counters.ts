/** The counters of one key in one bucket, and their sum over buckets as a flow message. */
import { create } from '@bufbuild/protobuf'

import type { Flow } from '../flows/flow.ts'
import {
  type Flow as FlowMessage,
  type FlowKey as FlowKeyMessage,
  FlowSchema,
} from '../gen/goldmane/api_pb.ts'
import { BUCKET_SECONDS } from '../flows/bucket.ts'

/** The labels are those that all flows summed here have in common. */
export interface BucketCounters {
  /** The start of the bucket, Unix seconds. */
  readonly start: number
  packetsIn: number
  packetsOut: number
  bytesIn: number
  bytesOut: number
  connectionsStarted: number
  connectionsCompleted: number
  connectionsLive: number
  sourceLabels: readonly string[]
  destLabels: readonly string[]
}

export function bucketCountersOf(start: number, flow: Flow): BucketCounters {
  return {
    start,
    packetsIn: flow.packetsIn ?? 0,
    packetsOut: flow.packetsOut ?? 0,
    bytesIn: flow.bytesIn ?? 0,
    bytesOut: flow.bytesOut ?? 0,
    connectionsStarted: flow.numConnectionsStarted ?? 0,
    connectionsCompleted: flow.numConnectionsCompleted ?? 0,
    connectionsLive: flow.numConnectionsLive ?? 0,
    sourceLabels: flow.sourceLabels,
    destLabels: flow.destLabels,
  }
}

/** Adds `more` to `sum` in place, and intersects their labels. Upstream: storage/diachronic_flow.go:133-151. */
export function addCounters(sum: BucketCounters, more: BucketCounters): void {
  sum.packetsIn += more.packetsIn
  sum.packetsOut += more.packetsOut
  sum.bytesIn += more.bytesIn
  sum.bytesOut += more.bytesOut
  sum.connectionsStarted += more.connectionsStarted
  sum.connectionsCompleted += more.connectionsCompleted
  sum.connectionsLive += more.connectionsLive
  sum.sourceLabels = intersection(sum.sourceLabels, more.sourceLabels)
  sum.destLabels = intersection(sum.destLabels, more.destLabels)
}

/** Returns equal lists before it builds a set, because nearly all buckets of a key have the same labels. */
function intersection(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a === b || (a.length === b.length && a.every((label, i) => label === b[i]))) return a
  const held = new Set(b)
  return a.filter((label) => held.has(label))
}

/**
 * Sums the buckets of a key into one flow message. Without any bucket, the counters and both times are 0: Goldmane
 * sends that for a key with data only in a bucket that the range cuts (storage/diachronic_flow.go:211-228).
 */
export function flowMessage(key: FlowKeyMessage, buckets: Iterable<BucketCounters>): FlowMessage {
  let sum: BucketCounters | undefined
  let start = 0
  let end = 0
  for (const bucket of buckets) {
    if (sum === undefined) {
      sum = { ...bucket }
      start = bucket.start
      end = bucket.start + BUCKET_SECONDS
    } else {
      addCounters(sum, bucket)
      start = Math.min(start, bucket.start)
      end = Math.max(end, bucket.start + BUCKET_SECONDS)
    }
  }
  if (sum === undefined) return create(FlowSchema, { Key: key })
  return create(FlowSchema, {
    Key: key,
    startTime: BigInt(start),
    endTime: BigInt(end),
    sourceLabels: [...sum.sourceLabels],
    destLabels: [...sum.destLabels],
    packetsIn: BigInt(sum.packetsIn),
    packetsOut: BigInt(sum.packetsOut),
    bytesIn: BigInt(sum.bytesIn),
    bytesOut: BigInt(sum.bytesOut),
    numConnectionsStarted: BigInt(sum.connectionsStarted),
    numConnectionsCompleted: BigInt(sum.connectionsCompleted),
    numConnectionsLive: BigInt(sum.connectionsLive),
  })
}
