/**
 * A page that opens on the in-memory Goldmane: the demo as `npx flowtrace` serves it, and a full ring of 350,000 records.
 * Goldmane, the gateway, the browser and the driver share the machine.
 */
import { type GoldmaneServer, serveGoldmane } from '../server/demo/goldmane-grpc.ts'
import { startDemoCluster } from '../server/demo/demo-cluster.ts'
import { startGateway } from '../server/gateway/gateway.ts'
import { BUCKET_SECONDS, bucketStart } from '../src/flows/bucket.ts'
import { Goldmane } from '../src/goldmane/goldmane.ts'
import { builtPage } from './canned-goldmane.ts'
import type { Figures } from './figures.ts'
import { launchBrowser, newProbedPage, untilRecords } from './page-probe.ts'
import { formatTable, formatWhole, median } from './timing.ts'
import { openFirstTime } from './touch/first-row.ts'
import { VIEWPORT } from './touch/stage.ts'
import { traffic } from './traffic.ts'

/** scripts/bench.mjs measures other builds of the page in turns with this one. */
export const measuresPage = true

/** The closed buckets of an hour that a new stream gets. */
const BUCKETS = 236
const KEYS = 1484
const RECORDS = BUCKETS * KEYS
const DEMO_ROUNDS = 7
const RING_ROUNDS = 3

interface Opened {
  readonly firstRow: number
  /** Milliseconds until all records are held; null where it is not known how many there are. */
  readonly all: number | null
}

/** Opens the page on a Goldmane in new contexts, and once beforehand so that the gateway has all in memory. */
async function openOn(upstream: string, rounds: number, records: number | null): Promise<readonly Opened[]> {
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    staticDir: builtPage(),
    upstream: { url: upstream },
    config: { source: { kind: 'live', name: 'benchmark', endpoint: './' } },
  })
  const browser = await launchBrowser()
  try {
    const opened: Opened[] = []
    for (let round = -1; round < rounds; round++) {
      const context = await browser.newContext({ viewport: VIEWPORT })
      const page = await newProbedPage(context)
      const { ms } = await openFirstTime(page, gateway.url)
      const all = records === null ? null : await untilRecords(page, records)
      if (round >= 0) opened.push({ firstRow: ms, all })
      await context.close()
    }
    return opened
  } finally {
    await browser.close()
    await gateway.close()
  }
}

/** A Goldmane whose clock stands still, with as many records as a busy cluster's ring. */
async function serveFullRing(): Promise<GoldmaneServer> {
  const now = bucketStart(Date.now() / 1000)
  const goldmane = new Goldmane({ now: () => now })
  const set = traffic(RECORDS, KEYS, 'full')
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const startTime = now - (BUCKETS + 1 - bucket) * BUCKET_SECONDS
    for (let key = 0; key < KEYS; key++) {
      const times = { startTime, endTime: startTime + BUCKET_SECONDS }
      if (!goldmane.ingest({ ...set.flow(bucket * KEYS + key), ...times }))
        throw new Error(`the ring has no bucket ${bucket}`)
    }
  }
  return serveGoldmane(goldmane, { host: '127.0.0.1', port: 0 })
}

export async function run(figures: Figures): Promise<void> {
  const demo = await startDemoCluster()
  const ofDemo = await openOn(demo.url, DEMO_ROUNDS, null)
  await demo.close()
  const server = await serveFullRing()
  const ofRing = await openOn(`http://127.0.0.1:${server.port}`, RING_ROUNDS, RECORDS)
  await server.close()
  const add = (what: string, value: number, under: number) =>
    figures.add({ what, unit: 'ms', aims: [{ under }] }, value)
  const ring = `ring of ${formatWhole(RECORDS)} records`
  console.log('Opened on the in-memory Goldmane; medians, each in a new context\n')
  console.log(
    formatTable(
      ['what', 'aim', 'figure'],
      [
        add('demo: first row painted', median(ofDemo.map(({ firstRow }) => firstRow)), 600),
        add(`${ring}: first row painted`, median(ofRing.map(({ firstRow }) => firstRow)), 500),
        add(`${ring}: all held`, median(ofRing.map(({ all }) => all ?? Number.NaN)), 6000),
      ],
    ),
  )
}
