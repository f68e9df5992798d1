/**
 * A gateway with a history in a folder: the demo's traffic of eight days, one bucket in some hours, and the hour of a
 * Goldmane.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Gateway, startGateway } from '../../server/gateway/gateway.ts'
import { type GoldmaneServer, serveGoldmane } from '../../server/demo/goldmane-grpc.ts'
import { openDuckDbHistory } from '../../server/history/duckdb/duckdb-history.ts'
import type { HistoryStore } from '../../server/history/history-store.ts'
import { storeFlows } from '../../server/history/testing/store-flows.ts'
import { demoFlows } from '../../src/demo/cluster.ts'
import { BUCKET_SECONDS, bucketStart } from '../../src/flows/bucket.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { CLIENT } from './cluster.ts'

export const HOUR = 3600
const DAY = 24 * HOUR
/** Of the past one bucket in so many hours is stored: a test has no time for 240 of each hour. */
const STORED_EVERY_HOURS = 4

export class HistoryGateway {
  /** A full hour, with which the newest whole hour ends: the clock of the test is within the hour after it. */
  readonly hour: number
  /** When the default deny of the demo's story began. */
  readonly denied: number
  readonly gap: { readonly from: number; readonly to: number }
  store: HistoryStore
  #goldmane: GoldmaneServer | null = null
  #gateway: Gateway | null = null
  readonly #folder: string

  private constructor(now: number, folder: string) {
    this.#folder = folder
    this.store = openDuckDbHistory(folder)
    this.hour = Math.floor(now / HOUR) * HOUR
    this.denied = this.hour - 2 * DAY
    this.gap = { from: this.hour - 5 * DAY, to: this.hour - 5 * DAY + 6 * HOUR }
  }

  static async start(days = 8): Promise<HistoryGateway> {
    const now = Date.now() / 1000
    const gateway = new HistoryGateway(now, await mkdtemp(join(tmpdir(), 'flowtrace-history-')))
    await gateway.store.open()
    await gateway.#record(days, bucketStart(now))
    await gateway.#startGoldmane(bucketStart(now))
    await gateway.#startGateway(0)
    return gateway
  }

  get url(): string {
    if (this.#gateway === null) throw new Error('the gateway is stopped')
    return this.#gateway.url
  }

  /** Ends the gateway and opens the folder and the address again. */
  async restart(): Promise<void> {
    const { port } = new URL(this.url)
    await this.#gateway?.close()
    await this.store.close()
    this.store = openDuckDbHistory(this.#folder)
    await this.store.open()
    await this.#startGateway(Number(port))
  }

  async stop(): Promise<void> {
    await this.#gateway?.close()
    await this.#goldmane?.close()
    await this.store.close()
    await rm(this.#folder, { recursive: true })
  }

  async #record(days: number, current: number): Promise<void> {
    const { store, hour, gap } = this
    for (let at = hour - days * DAY; at < hour - HOUR; at += STORED_EVERY_HOURS * HOUR)
      if (at < gap.from || at >= gap.to) await this.#store(at)
    for (let at = hour - HOUR; at < current - 2 * BUCKET_SECONDS; at += 40 * BUCKET_SECONDS)
      await this.#store(at)
    await store.addGap('test', { ...gap, cause: 'The gateway did not run' })
    await store.rollUp('test', hour)
  }

  async #store(at: number): Promise<void> {
    await storeFlows(this.store, 'test', demoFlows(at, at < this.denied ? 'part-1' : 'default-deny'))
  }

  async #startGoldmane(current: number): Promise<void> {
    const goldmane = new Goldmane({ now: () => Date.now() / 1000 })
    for (let at = current - HOUR + 2 * BUCKET_SECONDS; at < current; at += BUCKET_SECONDS)
      for (const flow of demoFlows(at, 'default-deny')) goldmane.ingest(flow)
    goldmane.rollover()
    this.#goldmane = await serveGoldmane(goldmane)
  }

  async #startGateway(port: number): Promise<void> {
    if (this.#goldmane === null) throw new Error('there is no Goldmane')
    const upstream = { url: `http://127.0.0.1:${this.#goldmane.port}` }
    const source = { kind: 'live', name: 'test cluster', endpoint: './', history: './history.json' } as const
    this.#gateway = await startGateway({
      host: '127.0.0.1',
      port,
      staticDir: CLIENT,
      clusters: [{ name: 'test', upstream, memory: 256 * 2 ** 20, history: this.store }],
      config: { source },
      recording: { store: this.store, engine: 'duckdb', days: 7, hourDays: 400, maxBytes: null },
    })
  }
}
