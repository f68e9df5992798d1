// What the ring has no memory for comes from Goldmane, over real gRPC, through the same view.
import { describe, expect, test } from 'vitest'
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { MatchType } from '../../../src/gen/goldmane/api_pb.ts'
import { bucketsAgo } from '../../../src/goldmane/testing/fixture.ts'
import type { Goldmane } from '../../../src/goldmane/goldmane.ts'
import { ensure } from '../../../src/lib/assert.ts'
import { expectedFlows, range, startLive } from '../../testing/bridge-scene.ts'
import { flowAt } from '../../testing/followed-goldmane.ts'
import type { WebStream } from '../../testing/web-stream.ts'

const HOUR = { startTimeGte: -3600n }
const PORTS = range(1, 31)
const BUCKETS = 40

/** Thirty keys with 2 KB of labels each, new ones in each bucket, so that the ring has memory for a part of them. */
function fill(goldmane: Goldmane): void {
  for (const n of range(0, BUCKETS)) {
    for (const port of PORTS) {
      const destName = `pod-${n % 7}-${port}`
      const sourceLabels = ['x'.repeat(2000), `bucket=${n}`, `port=${port}`]
      goldmane.ingest({
        ...flowAt(bucketsAgo(n), port, { destName, destNamespace: port % 2 === 0 ? 'shop' : 'bank' }),
        sourceLabels,
      })
    }
  }
}

async function startEvicting(options: Parameters<typeof startLive>[0] = {}) {
  const scene = await startLive({ prepare: fill, ringBytes: 1.5 * 2 ** 20, ...options })
  const { ring } = scene.cluster
  expect(ring.evictedThrough).not.toBe(null)
  expect(ring.records).toBeLessThan((BUCKETS - 2) * PORTS.length)
  return scene
}

/** By id: the names of the keys that have it. */
function keysById({ results }: WebStream): ReadonlyMap<bigint, ReadonlySet<string>> {
  const keys = new Map<bigint, Set<string>>()
  for (const { id, flow } of results) {
    const name = ensure(flow?.Key, 'key').destName
    keys.set(id, (keys.get(id) ?? new Set()).add(name))
  }
  return keys
}

describe('a newcomer that asks for more than the ring has', () => {
  test('is told its progress by time, though it may see next to nothing', async () => {
    const viewer = { name: null, namespaces: new Set(['nowhere']), hidesOtherEnd: false }
    const scene = await startEvicting({ viewer })
    const oldest = ensure(scene.cluster.ring.oldestBucket, 'bucket')
    const [asked, half] = [bucketsAgo(BUCKETS - 1), Math.floor((oldest - bucketsAgo(BUCKETS - 1)) / 30)]
    scene.goldmane.hang({ afterResults: half * PORTS.length + 1 })
    const stream = scene.open({ request: { startTimeGte: BigInt(asked) } })
    const olderShare = () => {
      const backFill = stream.lastFreshness?.backFill ?? null
      const { records } = scene.cluster.ring
      return backFill === null ? 0 : (backFill.sent - records) / (backFill.total - records)
    }
    const received = (half * BUCKET_SECONDS) / (oldest - asked)
    // Told some times a second at most, or else with the heartbeat; the wait for Goldmane ends after 20 s.
    await scene.advanceUntil(() => olderShare() > 0, 250, 18_000)
    expect(olderShare()).toBeLessThan(received + 0.01)
    expect(stream.results).toEqual([])
    scene.goldmane.resume()
    await scene.advanceUntil(() => stream.lastFreshness?.backFill === null)
    expect(stream.lastFreshness?.lost).toEqual([])
  })

  test('of a Goldmane that hangs half way is told what it did not get', async () => {
    const scene = await startEvicting()
    scene.goldmane.hang({ afterResults: 100 })
    const stream = scene.open({ request: HOUR })
    await scene.advanceUntil(() => stream.lastFreshness?.backFill === null)
    const { oldestBucket } = scene.cluster.ring
    expect(stream.lastFreshness?.lost).toEqual([
      { from: bucketsAgo(BUCKETS - 4), to: oldestBucket, notFetched: true },
    ])
  })

  test('has every flow once, and an id stands for one key', async () => {
    const scene = await startEvicting()
    const viewer = scene.open({ request: HOUR })
    await scene.until(() => viewer.lastFreshness?.backFill === null)
    expect(viewer.held).toEqual(expectedFlows(BUCKETS - 1, 2, PORTS))
    expect([...keysById(viewer).values()].every((names) => names.size === 1)).toBe(true)
    expect(viewer.lastFreshness?.lost).toEqual([])
    await scene.until(() => scene.goldmane.streams === 1)
    await scene.pass(BUCKET_SECONDS * 1000)
    await scene.until(() => viewer.held.length === expectedFlows(BUCKETS - 1, 1, PORTS).length)
  })

  test('has the newest flows first, and is told what is still to come', async () => {
    const scene = await startEvicting()
    const oldest = ensure(scene.cluster.ring.oldestBucket, 'bucket')
    const viewer = scene.open({ request: HOUR })
    await scene.until(() => viewer.lastFreshness?.backFill === null)
    const held = viewer.results.findIndex(({ flow }) => Number(flow?.startTime) < oldest)
    expect(held).toBe(scene.cluster.ring.records)
    const told = ensure(viewer.freshness[0]?.backFill, 'progress')
    expect(told.total).toBeGreaterThan(scene.cluster.ring.records * 1.2)
  })

  test('waits in line behind two others', async () => {
    const scene = await startEvicting()
    scene.goldmane.hang()
    const viewers = range(0, 5).map(() => scene.open({ request: HOUR }))
    await scene.until(() => scene.bridge.counters.olderFetches.waiting === 3)
    expect(scene.bridge.counters.olderFetches.running).toBe(2)
    // What the ring has is there for all of them.
    await scene.until(() => viewers.every(({ results }) => results.length === scene.cluster.ring.records))
    let most = 0
    scene.goldmane.resume()
    await scene.until(() => {
      most = Math.max(most, scene.goldmane.streams)
      return viewers.every(({ lastFreshness }) => lastFreshness?.backFill === null)
    })
    for (const viewer of viewers) expect(viewer.held).toEqual(expectedFlows(BUCKETS - 1, 2, PORTS))
    expect(most).toBeLessThanOrEqual(3)
    await scene.until(() => scene.goldmane.streams === 1)
  })

  test('who leaves frees the place of the next one', async () => {
    const scene = await startEvicting()
    scene.goldmane.hang()
    const viewers = range(0, 3).map(() => scene.open({ request: HOUR }))
    await scene.until(() => scene.bridge.counters.olderFetches.waiting === 1)
    for (const viewer of viewers) viewer.close()
    await scene.until(() => scene.bridge.counters.olderFetches.running === 0)
    expect(scene.bridge.counters.olderFetches.waiting).toBe(0)
    scene.goldmane.resume()
    await scene.until(() => scene.goldmane.streams === 1)
  })

  test('is told what Goldmane did not bring', async () => {
    const scene = await startEvicting()
    scene.goldmane.fail({ call: 'Stream', code: 14, message: 'torn', afterResults: 100 })
    const viewer = scene.open({ request: HOUR })
    await scene.until(() => viewer.lastFreshness?.backFill === null)
    const { oldestBucket, records } = scene.cluster.ring
    // The hundredth flow is in the fourth bucket, which is not complete.
    expect(viewer.lastFreshness?.lost).toEqual([
      { from: bucketsAgo(BUCKETS - 4), to: oldestBucket, notFetched: true },
    ])
    expect(viewer.results.length).toBe(records + 100)
    expect(viewer.status).toBe(null)
  })

  test('gets through its filter what it would get of the ring', async () => {
    const scene = await startEvicting()
    const destNames = [{ value: 'pod-3-', type: MatchType.Fuzzy }]
    const viewer = scene.open({ request: { ...HOUR, filter: { destNames } } })
    await scene.until(() => viewer.results.length > 0)
    await scene.advanceUntil(() => viewer.lastFreshness?.backFill === null)
    expect(viewer.held).toEqual(
      range(2, BUCKETS)
        .filter((n) => n % 7 === 3)
        .flatMap((n) => expectedFlows(n, n, PORTS))
        .sort(),
    )
  })

  test('sees of it what its namespaces allow', async () => {
    const viewer = { name: null, namespaces: new Set(['shop']), hidesOtherEnd: true }
    const scene = await startEvicting({ viewer })
    const stream = scene.open({ request: HOUR })
    await scene.until(() => stream.lastFreshness?.backFill === null)
    const seen = expectedFlows(
      BUCKETS - 1,
      2,
      PORTS.filter((port) => port % 2 === 0),
    )
    expect(stream.held).toEqual(seen)
    // The sources are in namespace `default`, which this viewer may not see.
    for (const { flow } of stream.results) {
      expect(flow?.Key?.sourceNamespace).toBe('hidden')
      expect(flow?.sourceLabels).toEqual([])
    }
  })

  test('is filtered by what it sees, and not by what is hidden from it', async () => {
    const viewer = { name: null, namespaces: new Set(['shop']), hidesOtherEnd: true }
    const scene = await startEvicting({ viewer })
    const seen = expectedFlows(
      BUCKETS - 1,
      2,
      PORTS.filter((port) => port % 2 === 0),
    )
    for (const [value, flows] of [
      ['hidden', seen],
      ['default', []],
    ] as const) {
      const filter = { sourceNamespaces: [{ value }] }
      const stream = scene.open({ request: { ...HOUR, filter } })
      await scene.advanceUntil(() => stream.lastFreshness?.backFill === null)
      expect(stream.held).toEqual(flows)
    }
  })
})
