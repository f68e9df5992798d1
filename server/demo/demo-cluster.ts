/** The demo source: an in-memory Goldmane on a gRPC port of the loopback, fed with a small cluster's traffic. */
import { BUCKET_SECONDS, bucketStart } from '../../src/flows/bucket.ts'
import { demoFlows } from '../../src/demo/cluster.ts'
import type { DemoStep } from '../../src/demo/demo-step.ts'
import {
  type DemoPolicies,
  type PastDemoPolicies,
  type StepChange,
  StepHistory,
} from '../../src/demo/step-history.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { serveGoldmane } from './goldmane-grpc.ts'

/** An hour, which Goldmane holds before the current bucket. */
const HISTORY_BUCKETS = 240
/** The time into a bucket at which its flows are fed. Felix reports later, but a demo should not look idle. */
const FEED_DELAY_MS = 500

export interface DemoCluster {
  readonly url: string
  readonly policies: DemoPolicies & PastDemoPolicies
  close(): Promise<void>
}

/** Starts with an hour of flows under the policies of a step, and feeds a new bucket every 15 seconds. */
export async function startDemoCluster(step?: DemoStep): Promise<DemoCluster> {
  const goldmane = new Goldmane({ now })
  const feed = new DemoFeed({ goldmane, clock: now, step })
  feed.run()
  const { port, close } = await serveGoldmane(goldmane, { host: '127.0.0.1', port: 0 })

  let timer = setTimeout(next, millisecondsToNextFeed())
  function next(): void {
    feed.run()
    timer = setTimeout(next, millisecondsToNextFeed())
  }
  return {
    url: `http://127.0.0.1:${port}`,
    policies: feed,
    close: () => {
      clearTimeout(timer)
      return close()
    },
  }
}

interface DemoFeedOptions {
  readonly goldmane: Goldmane
  /** Unix seconds. */
  readonly clock: () => number
  /** What the demo begins with, for the past hour as well. */
  readonly step?: DemoStep | undefined
}

/** Feeds Goldmane with the demo's buckets. */
export class DemoFeed implements DemoPolicies, PastDemoPolicies {
  readonly #goldmane: Goldmane
  readonly #clock: () => number
  #history: StepHistory
  #lastFed = -Infinity

  constructor({ goldmane, clock, step }: DemoFeedOptions) {
    this.#goldmane = goldmane
    this.#clock = clock
    this.#history = StepHistory.startingWith(step)
  }

  /**
   * Feeds every bucket since its last call, at most an hour of them: after a laptop slept, the buckets that it missed
   * are fed too.
   */
  run(): void {
    const current = bucketStart(this.#clock())
    const from = Math.max(this.#lastFed + BUCKET_SECONDS, current - HISTORY_BUCKETS * BUCKET_SECONDS)
    for (let start = from; start <= current; start += BUCKET_SECONDS) {
      for (const flow of demoFlows(start, this.#history.stepAt(start))) this.#goldmane.ingest(flow)
      this.#lastFed = start
    }
    this.#goldmane.rollover()
  }

  get newest(): StepChange {
    return this.#history.newest
  }

  get changes(): readonly StepChange[] {
    return this.#history.changes
  }

  choose(step: DemoStep): StepChange {
    const current = bucketStart(this.#clock())
    // A bucket is fed when it begins, so that the current one has its flows already.
    const from = Math.max(current, this.#lastFed) + BUCKET_SECONDS
    this.#history = this.#history.withStep(step, from, current - HISTORY_BUCKETS * BUCKET_SECONDS)
    return this.#history.newest
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
