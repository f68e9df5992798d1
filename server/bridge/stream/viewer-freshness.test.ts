// What viewers are told beside their flows, with and without the header that asks for it.
import { describe, expect, test } from 'vitest'
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { bucketsAgo } from '../../../src/goldmane/testing/fixture.ts'
import { HEARTBEAT_S } from '../../../src/wire/freshness.ts'
import { bucketFill, expectedFlows, range, startLive } from '../../testing/bridge-scene.ts'
import { flowAt, ServedGoldmane } from '../../testing/followed-goldmane.ts'
import { startBridgedGoldmane, startTestBridge } from '../../testing/test-bridge.ts'
import { WebStream } from '../../testing/web-stream.ts'

const HOUR = { startTimeGte: -3600n }

describe('a client that asks for freshness', () => {
  test('gets a message first, with all that is known', async () => {
    const scene = await startLive()
    const viewer = scene.open({ request: { startTimeGte: 0n } })
    await scene.until(() => viewer.freshness.length > 0)
    expect(viewer.results).toEqual([])
    expect(viewer.freshness[0]).toEqual({
      ...scene.cluster.follower.status,
      now: scene.clock.now() / 1000,
      missing: [],
      evicted: 0,
      backFill: null,
      lost: [],
    })
    expect(viewer.freshness[0]).toMatchObject({ state: 'live', lastBucket: bucketsAgo(2) })
  })

  test('is told at each change of the state, and keeps its stream while Goldmane is away', async () => {
    const scene = await startLive()
    const viewer = scene.open({ request: HOUR })
    await scene.until(() => viewer.results.length === 3 * 238)
    await scene.served.kill()
    await scene.until(() => viewer.lastFreshness?.state === 'unreachable')
    expect(viewer.lastFreshness).toMatchObject({ cause: 'The connection to Goldmane was lost' })
    expect(viewer.lastFreshness?.retryAt).toBeGreaterThan(0)
    await scene.advanceUntil(
      () => viewer.lastFreshness?.cause?.includes('refused the TCP connection') === true,
    )
    await scene.served.listen()
    await scene.advanceUntil(() => viewer.lastFreshness?.state === 'live')
    expect(viewer.status).toBe(null)
    await scene.pass(2 * BUCKET_SECONDS * 1000)
    const flows = viewer.held
    expect(new Set(flows).size).toBe(flows.length)
    expect(flows).toEqual(expect.arrayContaining([...expectedFlows(239, 2)]))
  })

  test('is told of a Goldmane that hangs', async () => {
    const scene = await startLive()
    const viewer = scene.open({ request: HOUR })
    await scene.until(() => viewer.results.length === 3 * 238)
    scene.goldmane.hang()
    await scene.advanceUntil(() => viewer.lastFreshness?.state === 'silent')
    expect(viewer.lastFreshness?.cause).toContain('Goldmane has not answered since')
    scene.goldmane.resume()
    await scene.advanceUntil(() => viewer.lastFreshness?.state === 'live')
    expect(viewer.status).toBe(null)
  })

  test('gets a heartbeat when nothing changes', async () => {
    const scene = await startLive({ prepare: () => undefined })
    const viewer = scene.open()
    await scene.until(() => viewer.freshness.length === 1)
    for (const beats of range(1, 5)) {
      expect(viewer.freshness).toHaveLength(beats)
      await scene.pass(HEARTBEAT_S * 1000)
      await scene.until(() => viewer.freshness.length > beats)
    }
  })

  test('is told the progress of its back-fill, some times a second at most', async () => {
    const scene = await startLive({
      prepare: (goldmane) => {
        for (const n of range(0, 40))
          for (const port of range(0, 300)) goldmane.ingest(flowAt(bucketsAgo(n), port))
      },
    })
    const total = 38 * 300
    const viewer = scene.open({ request: HOUR })
    await scene.until(() => viewer.results.length === total && viewer.lastFreshness?.backFill === null)
    // The clock stands still, so that no second message about the progress is due.
    expect(viewer.freshness.map(({ backFill }) => backFill)).toEqual([{ sent: 0, total }, null])
  })

  test('is told the progress while it goes on', async () => {
    const scene = await startLive({
      prepare: (goldmane) => {
        for (const n of range(0, 20))
          for (const port of range(0, 20))
            goldmane.ingest({ ...flowAt(bucketsAgo(n), port), sourceLabels: ['x'.repeat(100_000)] })
      },
    })
    const viewer = scene.open({ request: HOUR, stalled: true })
    await scene.until(() => viewer.hasHeaders)
    await scene.pass(1000)
    viewer.resume()
    await scene.until(() => viewer.lastFreshness?.backFill === null)
    const progress = viewer.freshness.flatMap(({ backFill }) => (backFill === null ? [] : [backFill.sent]))
    expect(progress.length).toBeGreaterThan(1)
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
    expect(progress.at(-1)).toBeLessThan(18 * 20)
  })

  test('is told the state of a Goldmane that was never there, at once', async () => {
    const { base, cluster } = await startTestBridge({ url: 'http://127.0.0.1:1' })
    const viewer = new WebStream(base)
    await expect.poll(() => viewer.lastFreshness?.state).toBe('unreachable')
    expect(viewer.lastFreshness?.cause).toContain('refused the TCP connection')
    expect(cluster.follower.status.state).toBe('unreachable')
    expect(viewer.status).toBe(null)
  })
})

describe('a client that does not', () => {
  test('gets flows alone', async () => {
    const scene = await startLive()
    const viewer = scene.open({ request: HOUR, freshness: false })
    await scene.until(() => viewer.results.length === 3 * 238)
    await scene.pass(2 * BUCKET_SECONDS * 1000)
    await scene.until(() => viewer.results.length === 3 * 240)
    expect(viewer.freshness).toEqual([])
    expect(viewer.held).toEqual(expectedFlows(239, 0))
  })

  test('has its stream ended when Goldmane is lost, and is refused while it is away', async () => {
    const scene = await startLive()
    const viewer = scene.open({ request: HOUR, freshness: false })
    await scene.until(() => viewer.results.length === 3 * 238)
    await scene.served.kill()
    await scene.until(() => viewer.status !== null)
    expect(viewer.status).toEqual({
      code: 14,
      message: 'Goldmane cannot be reached. The connection to Goldmane was lost',
    })
    await scene.advanceUntil(() => scene.cluster.follower.status.cause?.includes('refused') === true)
    const refused = scene.open({ request: HOUR, freshness: false })
    await scene.until(() => refused.status !== null)
    expect(refused.status?.code).toBe(14)
    expect(refused.status?.message).toMatch(/^Goldmane cannot be reached\. .*refused the TCP connection/)
    expect(scene.bridge.counters.streams).toBe(0)
  })

  test('is not answered before it is known whether Goldmane is there', async () => {
    const scene = await startBridgedGoldmane({
      prepare: (goldmane) => {
        bucketFill(5, 0)(goldmane)
        goldmane.hang()
      },
    })
    const viewer = scene.open({ request: HOUR, freshness: false })
    await scene.until(() => scene.bridge.counters.streams === 1)
    expect(scene.state()).toBe('connecting')
    expect(viewer.hasHeaders).toBe(false)
    scene.goldmane.resume()
    await scene.advanceUntil(() => viewer.results.length === 3 * 4)
    expect(viewer.hasHeaders).toBe(true)
  })
})

test('somebody who comes to look ends the wait for the next attempt', async () => {
  const served = new ServedGoldmane({ prepare: bucketFill(5, 0) })
  await served.listen()
  await served.kill()
  const { base, cluster } = await startTestBridge(
    { url: `http://127.0.0.1:${served.port}` },
    { clock: served.clock },
  )
  await expect.poll(() => cluster.follower.status.retryAt).not.toBe(null)
  await served.listen()
  const viewer = new WebStream(base, { request: HOUR })
  // The clock stands still: the attempt is not that of the back-off.
  await expect.poll(() => viewer.results.length).toBe(3 * 4)
  await served.kill()
})
