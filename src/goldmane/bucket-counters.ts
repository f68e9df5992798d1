/** What Goldmane holds of one key in one bucket, and how several of them become one flow message. */
import { create } from '@bufbuild/protobuf'

import type { Flow } from '../flows/flow.ts'
import {
  type Flow as FlowMessage,
  type FlowKey as FlowKeyMessage,
  FlowSchema,
} from '../gen/goldmane/api_pb.ts'
import { BUCKET_SECONDS } from '../flows/bucket.ts'

/** The counters of a key in one bucket, and the labels that all flows summed here had in common. */
export interface Window {
  /** Unix seconds, a multiple of the interval. */
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

export function windowOf(start: number, flow: Flow): Window {
  return {
    start,
    packetsIn: flow.packetsIn,
    packetsOut: flow.packetsOut,
    bytesIn: flow.bytesIn,
    bytesOut: flow.bytesOut,
    connectionsStarted: flow.numConnectionsStarted ?? 0,
    connectionsCompleted: flow.numConnectionsCompleted ?? 0,
    connectionsLive: flow.numConnectionsLive ?? 0,
    sourceLabels: flow.sourceLabels,
    destLabels: flow.destLabels,
  }
}

/** Adds `more` to `sum`: counters summed, labels intersected. Upstream: storage/diachronic_flow.go:133-151. */
export function addWindow(sum: Window, more: Window): void {
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

/** Most windows of a key carry the very same labels, so the equal case returns before any set is built. */
function intersection(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a === b || (a.length === b.length && a.every((label, i) => label === b[i]))) return a
  const held = new Set(b)
  return a.filter((label) => held.has(label))
}

/**
 * One flow out of the given windows. Without any, the counters and both times are 0: Goldmane sends that for a key
 * whose only data lies in a bucket that the range cuts (storage/diachronic_flow.go:211-228).
 */
export function flowMessage(key: FlowKeyMessage, windows: Iterable<Window>): FlowMessage {
  let sum: Window | undefined
  let start = 0
  let end = 0
  for (const window of windows) {
    if (sum === undefined) {
      sum = { ...window }
      start = window.start
      end = window.start + BUCKET_SECONDS
    } else {
      addWindow(sum, window)
      start = Math.min(start, window.start)
      end = Math.max(end, window.start + BUCKET_SECONDS)
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
