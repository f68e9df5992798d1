// Viewers' streams over real sockets, from the in-memory Goldmane over real gRPC, with a clock that the test moves.
import { describe, expect, test, vi } from 'vitest'
import type { Flow } from '../../../src/flows/flow.ts'
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { bucketsAgo, CURRENT } from '../../../src/goldmane/testing/fixture.ts'
import { STALL_TIMEOUT_MS } from './paced-response.ts'
import { bucketFill, expectedFlows, range, startLive } from '../../testing/bridge-scene.ts'
import { startBridgedGoldmane } from '../../testing/test-bridge.ts'
import { flowAt } from '../../testing/followed-goldmane.ts'

const HOUR = { startTimeGte: -3600n }

describe('many viewers', () => {
  test('cost Goldmane one stream, and each has every flow once', async () => {
    const scene = await startLive()
    const viewers = range(0, 30).map(() => scene.open({ request: HOUR }))
    await scene.until(() => viewers.every(({ results }) => results.length === 3 * 238))
    for (const viewer of viewers) expect(viewer.held).toEqual(expectedFlows(239, 2))
    expect(scene.goldmane.streams).toBe(1)
    await scene.pass(2 * BUCKET_SECONDS * 1000)
    await scene.until(() => viewers.every(({ results }) => results.length === 3 * 240))
    for (const viewer of viewers) expect(viewer.held).toEqual(expectedFlows(239, 0))
    expect(scene.goldmane.streams).toBe(1)
    expect(scene.bridge.counters.streamFlows).toBe(30 * 3 * 240)
    viewers[0]?.close()
    await scene.until(() => scene.bridge.counters.streams === 29)
    expect(scene.bridge.counters.streamFlows).toBe(30 * 3 * 240)
  })

  test('who join while Goldmane sends a bucket, breaks and resumes have every flow once', async () => {
    const scene = await startBridgedGoldmane({ prepare: bucketFill(40, 0) })
    const joined = scene.open({ request: HOUR })
    const viewers = [joined]
    // The back-fill breaks within a bucket, twice; newcomers join between.
    scene.goldmane.breakStreams(14, 'restarting')
    scene.goldmane.fail({ call: 'Stream', code: 14, message: 'torn', afterResults: 17 })
    scene.goldmane.fail({ call: 'Stream', code: 14, message: 'torn', afterResults: 40 })
    while (scene.state() !== 'live') {
      await scene.pass(500)
      viewers.push(scene.open({ request: HOUR }))
    }
    await scene.pass(2 * BUCKET_SECONDS * 1000)
    await scene.until(() => viewers.every(({ results }) => results.length >= 3 * 41))
    for (const viewer of viewers) expect(viewer.held).toEqual(expectedFlows(40, 0))
    expect(viewers.length).toBeGreaterThan(3)
  })

  test('who leave leave nothing behind', async () => {
    const scene = await startLive()
    const { follower } = scene.cluster
    let subscriptions = 0
    const subscribe = follower.subscribe.bind(follower)
    vi.spyOn(follower, 'subscribe').mockImplementation((listener) => {
      const unsubscribe = subscribe(listener)
      subscriptions++
      return () => {
        subscriptions--
        unsubscribe()
      }
    })
    const viewers = range(0, 10).map(() => scene.open({ request: HOUR }))
    await scene.until(() => viewers.every(({ results }) => results.length > 0))
    expect(scene.bridge.counters.streams).toBe(10)
    expect(subscriptions).toBeGreaterThanOrEqual(10)
    const timers = scene.clock.waiting
    for (const viewer of viewers) viewer.close()
    await scene.until(() => scene.bridge.counters.streams === 0)
    // A heartbeat each, and nothing else, had been set for them.
    expect(scene.clock.waiting).toBe(timers - 10)
    expect(subscriptions).toBe(0)
  })
})

/** What a viewer has a bucket after it asked for this start. */
async function startedFrom(startTimeGte: bigint): Promise<readonly string[]> {
  const scene = await startLive()
  const viewer = scene.open({ request: { startTimeGte } })
  await scene.until(() => viewer.lastFreshness?.backFill === null)
  await scene.pass(BUCKET_SECONDS * 1000)
  await scene.until(() => viewer.held.includes(`${bucketsAgo(1)}/80`))
  return viewer.held
}

describe('the start of a stream', () => {
  test('of 0 is the next bucket', async () => {
    expect(await startedFrom(0n)).toEqual(expectedFlows(1, 1))
  })

  test('relative to now begins with the bucket that it is in', async () => {
    expect(await startedFrom(-60n)).toEqual(expectedFlows(4, 1))
  })

  test('as a time begins with the bucket that it is in', async () => {
    expect(await startedFrom(BigInt(bucketsAgo(7) + 14))).toEqual(expectedFlows(7, 1))
  })

  test('before what Goldmane holds is all that it holds', async () => {
    expect(await startedFrom(-86_400n)).toEqual(expectedFlows(239, 1))
  })

  test('in the future is the next bucket', async () => {
    expect(await startedFrom(BigInt(CURRENT + 3600))).toEqual(expectedFlows(1, 1))
  })

  test('relative to now is by the clock of Goldmane, ten minutes ahead or behind', async () => {
    for (const skew of [600, -600]) {
      const scene = await startBridgedGoldmane({
        skew,
        prepare: (goldmane) => {
          for (const n of range(0, 21)) goldmane.ingest(flowAt(bucketsAgo(n) + skew))
        },
      })
      await scene.advanceUntil(() => scene.state() === 'live')
      const viewer = scene.open({ request: { startTimeGte: -120n } })
      await scene.until(() => viewer.lastFreshness?.backFill === null)
      expect(viewer.results.length).toBeGreaterThanOrEqual(6)
      expect(viewer.results.length).toBeLessThanOrEqual(8)
    }
  })
})

/** 2 MB of frames in each of twenty buckets, which no socket takes. */
const startBusy = () =>
  startLive({
    prepare: (goldmane) => {
      for (const n of range(0, 20))
        for (const port of range(0, 20)) goldmane.ingest(largeFlow(bucketsAgo(n), port))
    },
  })

describe('a viewer that does not read', () => {
  test('holds up nobody, and is given up after two minutes', async () => {
    const scene = await startBusy()
    const stalled = scene.open({ request: HOUR, stalled: true })
    await scene.until(() => stalled.hasHeaders)
    const others = range(0, 3).map(() => scene.open({ request: HOUR }))
    // Two more buckets may have come: the clock runs on while 40 MB are read from Goldmane.
    await scene.until(() => others.every(({ results }) => results.length >= 18 * 20))
    await scene.pass(STALL_TIMEOUT_MS - 1000, 5000)
    expect(scene.bridge.counters.streams).toBe(4)
    expect(scene.lines.map(({ event }) => event)).not.toContain('viewer stalled')
    await scene.pass(2000)
    expect(scene.lines.filter(({ event }) => event === 'viewer stalled')).toEqual([
      { level: 'warn', event: 'viewer stalled', fields: { cluster: 'test', viewer: null } },
    ])
    await scene.until(() => scene.bridge.counters.streams === 3)
    expect(scene.bridge.counters.stalled).toBe(1)
    expect(others.every(({ status, isBroken }) => status === null && !isBroken)).toBe(true)
    stalled.resume()
    await scene.until(() => stalled.isBroken)
  })

  test('has what it missed when it reads again', async () => {
    const scene = await startBusy()
    const stalled = scene.open({ request: HOUR, stalled: true })
    await scene.until(() => stalled.hasHeaders)
    await scene.pass(30_000, 1000)
    expect(scene.bridge.counters.streamBytes).toBeLessThan(20 << 20)
    stalled.resume()
    await scene.until(() => stalled.results.length === 20 * 20)
    expect(stalled.held).toEqual(expectedFlows(19, 0, range(0, 20)))
    expect(stalled.lastFreshness?.lost).toEqual([])
  })

  test('is told what left the memory meanwhile', async () => {
    const scene = await startLive({ ringBytes: 16 << 20, prepare: () => undefined })
    const stalled = scene.open({ request: HOUR, stalled: true })
    await scene.until(() => stalled.hasHeaders)
    // Each bucket has keys of its own, so that the ring has memory for a few buckets only.
    for (const n of range(1, 8)) {
      for (const i of range(0, 50))
        scene.goldmane.ingest(largeFlow(CURRENT + n * BUCKET_SECONDS, 100 * n + i))
      await scene.pass(BUCKET_SECONDS * 1000, 5000)
    }
    await scene.pass(2 * BUCKET_SECONDS * 1000, 5000)
    const { ring } = scene.cluster
    await scene.until(() => ring.newestBucket === CURRENT + 7 * BUCKET_SECONDS)
    stalled.resume()
    await scene.until(() => stalled.held.includes(`${ring.newestBucket}/749`))
    const lost = stalled.lastFreshness?.lost ?? []
    expect(lost).toHaveLength(1)
    const isLost = (bucket: number) => lost.some(({ from, to }) => bucket >= from && bucket < to)
    // Each bucket came whole, or is told as lost.
    for (const n of range(1, 8)) {
      const bucket = CURRENT + n * BUCKET_SECONDS
      const flows = stalled.results.filter(({ flow }) => flow?.startTime === BigInt(bucket))
      if (!isLost(bucket)) expect(flows).toHaveLength(50)
    }
    expect(lost[0]?.to).toBe(ring.oldestBucket)
  })
})

/** A flow of 100 KB. */
function largeFlow(bucket: number, port: number): Flow {
  return { ...flowAt(bucket, port), sourceLabels: [`port=${port}`, 'x'.repeat(100_000)] }
}

describe('the end of a stream', () => {
  test('by its deadline', async () => {
    const scene = await startLive()
    const viewer = scene.open({ request: HOUR, headers: { 'grpc-timeout': '30S' } })
    await scene.until(() => viewer.results.length === 3 * 238)
    await scene.pass(31_000)
    await scene.until(() => viewer.status !== null)
    expect(viewer.status?.code).toBe(4)
    await scene.until(() => scene.bridge.counters.streams === 0)
  })

  test('by the gateway: it will be back', async () => {
    const scene = await startLive()
    const viewers = range(0, 5).map(() => scene.open({ request: HOUR }))
    await scene.until(() => viewers.every(({ results }) => results.length === 3 * 238))
    scene.bridge.close()
    await scene.until(() => viewers.every(({ status }) => status !== null))
    const status = { code: 14, message: 'The gateway is shutting down; it will be back' }
    for (const viewer of viewers) {
      expect(viewer.status).toEqual(status)
      expect(viewer.held).toEqual(expectedFlows(239, 2))
    }
    const late = scene.open({ request: HOUR })
    await scene.until(() => late.status !== null)
    expect(late.status).toEqual(status)
    expect(scene.bridge.counters.streams).toBe(0)
  })
})

test('a viewer with namespaces gets the flows of those alone', async () => {
  const viewer = { name: 'eve', namespaces: new Set(['shop']), hidesOtherEnd: false }
  const scene = await startLive({
    viewer,
    prepare: (goldmane) => {
      for (const n of range(0, 5)) {
        goldmane.ingest(flowAt(bucketsAgo(n), 1, { sourceNamespace: 'shop', destNamespace: 'bank' }))
        goldmane.ingest(flowAt(bucketsAgo(n), 2, { sourceNamespace: 'bank', destNamespace: 'shop' }))
        goldmane.ingest(flowAt(bucketsAgo(n), 3, { sourceNamespace: 'bank', destNamespace: 'bank' }))
      }
    },
  })
  const stream = scene.open({ request: HOUR })
  await scene.until(() => stream.lastFreshness?.backFill === null)
  expect(stream.held).toEqual(expectedFlows(4, 2, [1, 2]))
})
