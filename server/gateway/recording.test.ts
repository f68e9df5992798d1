/** A gateway that records: what it tells of it at history.json, and what is stored when it ends. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { bucketStart } from '../../src/flows/bucket.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { type HistoryStatus, parseHistoryStatus } from '../../src/wire/history-status.ts'
import { serveGoldmane } from '../demo/goldmane-grpc.ts'
import { HistoryError } from '../history/history-error.ts'
import { MemoryHistory } from '../history/testing/memory-history.ts'
import { storeFlows } from '../history/testing/store-flows.ts'
import { flowAt } from '../testing/followed-goldmane.ts'
import { startGateway, type Gateway } from './gateway.ts'

const BUCKETS = 20
const now = () => Date.now() / 1000

/** A Goldmane with a flow in each of the last buckets that it sends. */
async function startGoldmane(): Promise<{ readonly url: string; readonly starts: readonly number[] }> {
  const goldmane = new Goldmane({ now })
  const newest = bucketStart(now()) - 45
  const starts = Array.from({ length: BUCKETS }, (_, i) => newest - (BUCKETS - 1 - i) * 15)
  for (const start of starts) goldmane.ingest(flowAt(start))
  const { port, close } = await serveGoldmane(goldmane)
  onTestFinished(() => close())
  return { url: `http://127.0.0.1:${port}`, starts }
}

async function record(store: MemoryHistory, url: string): Promise<Gateway> {
  const cluster = { upstream: { url }, memory: 2 ** 24 }
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    staticDir: null,
    config: { source: { kind: 'live', name: 'test', endpoint: './' } },
    clusters: [
      { ...cluster, name: 'prod', history: store },
      { ...cluster, name: 'lab' },
    ],
    recording: { store, engine: 'memory', days: 7, hourDays: 400, maxBytes: null },
    metrics: { onSamePort: true, listen: null },
  })
  onTestFinished(() => gateway.close())
  return gateway
}

async function statusOf({ url }: Gateway, path = 'history.json'): Promise<HistoryStatus | null> {
  return parseHistoryStatus(await (await fetch(new URL(path, url))).json())
}

test('tells what is held, and stores the newest bucket when it ends', async () => {
  const { url, starts } = await startGoldmane()
  const store = new MemoryHistory()
  const gateway = await record(store, url)
  const newest = starts.at(-1) ?? 0
  await vi.waitFor(async () => expect(await statusOf(gateway)).toMatchObject({ to: newest }), {
    timeout: 10_000,
  })
  const status = await statusOf(gateway, 'clusters/prod/history.json')
  expect(status).toMatchObject({
    engine: 'memory',
    state: 'writing',
    cause: null,
    from: starts[0],
    to: newest,
    grain: 15,
    behind: 0,
    days: 7,
    hourDays: 400,
    maxBytes: null,
    reachedFirst: 'days',
    gaps: [],
    dropped: 0,
    damagedFiles: 0,
  })
  expect((await fetch(new URL('clusters/lab/history.json', gateway.url))).status).toBe(404)
  const metrics = await (await fetch(new URL('metrics', gateway.url))).text()
  expect(metrics).toContain(`flowtrace_history_rows_total{cluster="prod"} ${BUCKETS - 1}`)
  await gateway.close()
  const held = await store.have('prod', { from: 0, to: newest + 15 })
  expect(held.map(({ start }) => start)).toEqual(starts)
})

test('tells since when its own cluster is summed by the hour, not an older one of the same store', async () => {
  const { url } = await startGoldmane()
  const store = new MemoryHistory()
  const hour = Math.floor(now() / 3600) * 3600
  for (const [cluster, days] of [
    ['lab', 5],
    ['prod', 2],
  ] as const) {
    await storeFlows(store, cluster, [flowAt(hour - days * 86_400)])
    await store.rollUp(cluster, hour)
  }
  const gateway = await record(store, url)
  await vi.waitFor(async () => expect((await statusOf(gateway))?.hoursFrom).toBe(hour - 2 * 86_400), {
    timeout: 10_000,
  })
})

test('tells why it cannot write, and when it tries again', async () => {
  const { url } = await startGoldmane()
  const store = new MemoryHistory()
  store.trouble = new HistoryError('full', 'No space is left for the history')
  const gateway = await record(store, url)
  await vi.waitFor(
    async () => {
      const status = await statusOf(gateway)
      expect(status).toMatchObject({ state: 'failing', cause: 'No space is left for the history', to: null })
      expect(status?.retryAt).toBeGreaterThan((status?.now ?? 0) - 1)
      expect(status?.behind).toBeGreaterThan(60)
    },
    { timeout: 10_000 },
  )
  // The page is served all the same.
  expect((await fetch(new URL('readyz', gateway.url))).status).toBe(200)
})
