/** The demo source: an in-memory Goldmane on a gRPC port of the loopback, fed with a small cluster's traffic. */
import { BUCKET_SECONDS, bucketStart } from '../../src/flows/bucket.ts'
import { demoFlows } from '../../src/demo/cluster.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { serveGoldmane } from './goldmane-grpc.ts'

/** An hour, which Goldmane holds before the current bucket. */
const HISTORY_BUCKETS = 240
/** The time into a bucket at which its flows are fed. Felix reports later, but a demo should not look idle. */
const FEED_DELAY_MS = 500

export interface DemoCluster {
  readonly url: string
  close(): Promise<void>
}

/** Starts with an hour of flows, and feeds a new bucket every 15 seconds. */
export async function startDemoCluster(): Promise<DemoCluster> {
  const goldmane = new Goldmane({ now })
  const feed = createDemoFeed(goldmane, now)
  feed()
  const { port, close } = await serveGoldmane(goldmane, { host: '127.0.0.1', port: 0 })

  let timer = setTimeout(next, millisecondsToNextFeed())
  function next(): void {
    feed()
    timer = setTimeout(next, millisecondsToNextFeed())
  }
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      clearTimeout(timer)
      return close()
    },
  }
}

/**
 * Returns a function that feeds every bucket since its last call, at most an hour of them: after a laptop slept, the
 * buckets that it missed are fed too.
 */
export function createDemoFeed(goldmane: Goldmane, clock: () => number): () => void {
  let lastFed = -Infinity
  return () => {
    const current = bucketStart(clock())
    const from = Math.max(lastFed + BUCKET_SECONDS, current - HISTORY_BUCKETS * BUCKET_SECONDS)
    for (let start = from; start <= current; start += BUCKET_SECONDS) {
      for (const flow of demoFlows(start)) goldmane.ingest(flow)
      lastFed = start
    }
    goldmane.rollover()
  }
}

/** Unix seconds. */
function now(): number {
  return Date.now() / 1000
}

/** Milliseconds. */
function millisecondsToNextFeed(): number {
  const bucket = BUCKET_SECONDS * 1000
  return bucket - ((Date.now() - FEED_DELAY_MS) % bucket)
}
