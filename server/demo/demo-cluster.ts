/** The demo: a small cluster's traffic in an in-memory Goldmane, reached over real gRPC on the loopback. */
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import { demoFlows } from '../../src/demo/cluster.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { serveGoldmane } from './goldmane-grpc.ts'

/** Buckets before the current one that Goldmane holds: an hour. */
const HISTORY_BUCKETS = 240
/** Milliseconds into a bucket at which its flows are there. Felix is later; the page would only look idle longer. */
const FEED_DELAY_MS = 500

export interface DemoCluster {
  readonly url: string
  close(): Promise<void>
}

/** With an hour of history from the start, and a new bucket every 15 seconds. */
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
 * A function that brings Goldmane up to now: every bucket since the last time, or since an hour ago. A machine that
 * slept so gets what it missed.
 */
export function createDemoFeed(goldmane: Goldmane, clock: () => number): () => void {
  let fed = -Infinity
  return () => {
    const current = Math.floor(clock() / BUCKET_SECONDS) * BUCKET_SECONDS
    const from = Math.max(fed + BUCKET_SECONDS, current - HISTORY_BUCKETS * BUCKET_SECONDS)
    for (let start = from; start <= current; start += BUCKET_SECONDS) {
      for (const flow of demoFlows(start)) goldmane.ingest(flow)
      fed = start
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
