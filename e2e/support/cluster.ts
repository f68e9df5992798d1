import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { type Gateway, type GatewayOptions, startGateway } from '../../server/gateway/gateway.ts'
import { type GoldmaneServer, serveGoldmane } from '../../server/demo/goldmane-grpc.ts'
import { writeFlow } from '../../src/capture/write.ts'
import { demoFlows } from '../../src/demo/cluster.ts'
import { DEFAULT_DEMO_STEP, type DemoStep } from '../../src/demo/demo-step.ts'
import { BUCKET_SECONDS, bucketStart } from '../../src/flows/bucket.ts'
import type { Flow } from '../../src/flows/flow.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'

/** The folder of the built page; FLOWTRACE_CLIENT names another one. */
export const CLIENT =
  process.env['FLOWTRACE_CLIENT'] ?? fileURLToPath(new URL('../../dist/client', import.meta.url))

/**
 * Seconds since the epoch: the start of the demo cluster's bucket that a test's current one stands for. The demo's Jobs and
 * its scan have a timetable that repeats each hour; with this a test sees the same traffic whatever time of day it is.
 * The scan ended 11 minutes before, and the next Job starts a minute later.
 */
const DEMO_BUCKET = 500_000 * 3600 + 1260

/** A cluster for one test: an in-memory Goldmane behind the gateway, with a clock that the test moves. */
export class Cluster {
  readonly goldmane: Goldmane
  /** Whose policies the demo's traffic meets from now on. */
  demoStep: DemoStep = DEFAULT_DEMO_STEP
  #server: GoldmaneServer | null = null
  #gateway: Gateway | null = null
  #now: number
  readonly #memory: number
  /** Seconds from the cluster's time to the demo's. */
  readonly #toDemo: number
  #port = 0
  #goldmanePort = 0
  #backFilled = 0
  /**
   * Goldmane hangs until the page's address is asked for: the gateway follows it from its start, and a flow of an old
   * bucket that came after its back-fill would reach no stream.
   */
  #isHeldBack = true

  readonly #options: Partial<GatewayOptions>

  private constructor(now: number, memory: number, options: Partial<GatewayOptions>) {
    this.#now = now
    this.#toDemo = DEMO_BUCKET - bucketStart(now)
    this.#memory = memory
    this.#options = options
    this.goldmane = new Goldmane({ now: () => this.#now })
  }

  /**
   * Starts a cluster whose clock stands one second after the start of the current bucket, or so many seconds ahead of
   * that. `memory`: bytes that Goldmane's hour may take in the gateway. `gateway`: options of it besides its own.
   */
  static async start({
    ahead = 0,
    memory = 256 * 2 ** 20,
    gateway = {},
  }: { ahead?: number; memory?: number; gateway?: Partial<GatewayOptions> } = {}): Promise<Cluster> {
    const cluster = new Cluster(bucketStart(Date.now() / 1000 + ahead) + 1, memory, gateway)
    cluster.goldmane.hang()
    await cluster.startGoldmane()
    await cluster.startGateway()
    return cluster
  }

  get url(): string {
    if (this.#gateway === null) throw new Error('the gateway is stopped')
    this.#letGo()
    return this.#gateway.url
  }

  /** The number of records that a stream opened now receives at once: those at least two buckets old. */
  get backFilled(): number {
    return this.#backFilled
  }

  /** The start of the current bucket, in Unix seconds. */
  get bucket(): number {
    return bucketStart(this.#now)
  }

  /** Goldmane receives the flow in the bucket that is `bucketsAgo` buckets before the current one. */
  receive(flow: Flow, bucketsAgo = 0): void {
    const startTime = this.bucket - bucketsAgo * BUCKET_SECONDS
    const kept = this.goldmane.ingest({ ...flow, startTime, endTime: startTime + BUCKET_SECONDS })
    if (kept && bucketsAgo >= 2) this.#backFilled++
    if (!kept) throw new Error(`the ring has no bucket ${bucketsAgo} buckets ago`)
  }

  /** Goldmane receives the demo cluster's traffic of the last `buckets` buckets, the current one included. */
  receiveDemo(buckets: number): void {
    for (let ago = buckets - 1; ago >= 0; ago--)
      for (const flow of this.#demoFlows(ago)) this.receive(flow, ago)
  }

  /** The demo cluster's traffic of the `buckets` buckets before the current one, as NDJSON. */
  demoCapture(buckets: number): string {
    const lines: string[] = []
    for (let ago = buckets; ago > 0; ago--)
      for (const flow of this.#demoFlows(ago)) lines.push(writeFlow(flow))
    return lines.join('\n')
  }

  /** The demo cluster's traffic of the bucket that is `bucketsAgo` buckets before the current one. */
  #demoFlows(bucketsAgo: number): Flow[] {
    const startTime = this.bucket - bucketsAgo * BUCKET_SECONDS
    const flows = demoFlows(startTime + this.#toDemo, this.demoStep)
    return flows.map((flow) => ({ ...flow, startTime, endTime: startTime + BUCKET_SECONDS }))
  }

  /** A figure of the gateway's /metrics; NaN when there is none of that name. */
  async metric(name: string): Promise<number> {
    if (this.#gateway === null) throw new Error('the gateway is stopped')
    const text = await (await fetch(`${this.#gateway.url}metrics`)).text()
    const line = text.split('\n').find((each) => each.startsWith(`${name}{`))
    return Number(line?.split(' ').at(-1) ?? Number.NaN)
  }

  /** Moves the clock by `buckets` buckets; Goldmane streams those that it closes. */
  advance(buckets = 1): void {
    this.#letGo()
    for (let i = 0; i < buckets; i++) {
      this.#now += BUCKET_SECONDS
      this.goldmane.rollover()
    }
  }

  /** Stops Goldmane's server: its connections break, and new ones are refused. Its flows are kept. */
  async stopGoldmane(): Promise<void> {
    await this.#server?.close()
    this.#server = null
  }

  /** Starts Goldmane's server, on the same port as before. */
  async startGoldmane(): Promise<void> {
    this.#server = await serveGoldmane(this.goldmane, { port: this.#goldmanePort })
    this.#goldmanePort = this.#server.port
  }

  /** Stops the gateway: connections break, and new ones are refused. */
  async stopGateway(): Promise<void> {
    await this.#gateway?.close()
    this.#gateway = null
  }

  /** Starts the gateway, on the same port as before. */
  async startGateway(): Promise<void> {
    if (this.#server === null) throw new Error('Goldmane is stopped')
    this.#gateway = await startGateway({
      host: '127.0.0.1',
      port: this.#port,
      staticDir: CLIENT,
      clusters: [
        {
          name: 'test',
          upstream: { url: `http://127.0.0.1:${this.#server.port}` },
          memory: this.#memory,
        },
      ],
      metrics: { onSamePort: true, listen: null },
      config: { source: { kind: 'live', name: 'test cluster', endpoint: './' } },
      ...this.#options,
    })
    this.#port = Number(new URL(this.#gateway.url).port)
  }

  async stop(): Promise<void> {
    await this.stopGateway()
    await this.stopGoldmane()
  }

  #letGo(): void {
    if (!this.#isHeldBack) return
    this.#isHeldBack = false
    this.goldmane.resume()
  }
}
