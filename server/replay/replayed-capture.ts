/** A capture in memory, by bucket, to be played. */
import { readCapture } from '../../src/capture/read.ts'
import { BUCKET_SECONDS, bucketStart } from '../../src/flows/bucket.ts'
import type { Flow } from '../../src/flows/flow.ts'

/** Seconds: older records than this before the newest one are left out. A month is 178,560 buckets to step through. */
const MAX_SPAN_S = 31 * 86_400

export interface ReplayedCapture {
  /** By the start of their bucket, Unix seconds. */
  readonly buckets: ReadonlyMap<number, readonly Flow[]>
  /** The first and the last of them. */
  readonly first: number
  readonly last: number
  readonly records: number
}

/** What of a capture is not played, or not as it was recorded. */
export interface ReplayLosses {
  /** Records, lines and messages that could not be read. */
  readonly refused: number
  /** Records without a time, such as bare traces. */
  readonly withoutTime: number
  /** Records over a month older than the newest. */
  readonly tooOld: number
  /** Records without numbers of connections. Goldmane's messages have no "not recorded", so they say zero. */
  readonly withoutConnections: number
  /** Records of more than a bucket, which are played whole in the bucket of their start. */
  readonly long: number
}

export interface LoadedCapture {
  /** Null when no record has a time. */
  readonly capture: ReplayedCapture | null
  readonly losses: ReplayLosses
}

/** Reads a capture whole. Throws what the stream throws. */
export async function loadCapture(stream: ReadableStream<Uint8Array>): Promise<LoadedCapture> {
  const buckets = new Map<number, Flow[]>()
  let last = -Infinity
  let refused = 0
  let withoutTime = 0
  let tooOld = 0
  let withoutConnections = 0
  let long = 0
  for await (const batch of readCapture(stream)) {
    refused += batch.refused
    for (const flow of batch.flows) {
      if (!(flow.startTime > 0)) {
        withoutTime++
        continue
      }
      const start = bucketStart(flow.startTime)
      if (start > last) last = start
      const bucket = buckets.get(start)
      if (bucket === undefined) buckets.set(start, [flow])
      else bucket.push(flow)
    }
  }
  let first = Infinity
  let records = 0
  for (const [start, flows] of buckets) {
    if (start < last - MAX_SPAN_S) {
      tooOld += flows.length
      buckets.delete(start)
      continue
    }
    first = Math.min(first, start)
    records += flows.length
    for (const { numConnectionsStarted, endTime } of flows) {
      if (numConnectionsStarted === null) withoutConnections++
      if (endTime > start + BUCKET_SECONDS) long++
    }
  }
  const losses = { refused, withoutTime, tooOld, withoutConnections, long }
  return { capture: records === 0 ? null : { buckets, first, last, records }, losses }
}
