/** A cluster for a test: an in-memory Goldmane behind the gateway, with a clock that the test moves. */
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { type Gateway, startGateway } from '../../server/gateway/gateway.ts'
import { type GoldmaneServer, serveGoldmane } from '../../server/demo/goldmane-grpc.ts'
import { writeFlow } from '../../src/capture/write.ts'
import { demoFlows } from '../../src/demo/cluster.ts'
import type { Flow } from '../../src/flows/flow.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'

/** The built page; another build can be tried with FLOWTRACE_CLIENT. */
export const CLIENT =
  process.env['FLOWTRACE_CLIENT'] ?? fileURLToPath(new URL('../../dist/client', import.meta.url))

/** Seconds of one of Goldmane's buckets. */

export class Cluster {
  readonly goldmane: Goldmane
  #server: GoldmaneServer | null = null
  #gateway: Gateway | null = null
  #now: number
  #port = 0
  #backFilled = 0

  private constructor(now: number) {
    this.#now = now
    this.goldmane = new Goldmane({ now: () => this.#now })
  }

  /** Starts a cluster whose clock stands a little after the beginning of the bucket of now. */
  static async start(): Promise<Cluster> {
    const bucket = Math.floor(Date.now() / 1000 / BUCKET_SECONDS) * BUCKET_SECONDS
    const cluster = new Cluster(bucket + 1)
    cluster.#server = await serveGoldmane(cluster.goldmane)
    await cluster.startGateway()
    return cluster
  }

  get url(): string {
    if (this.#gateway === null) throw new Error('the gateway is stopped')
    return this.#gateway.url
  }

  /** Records that a page which opens now is sent at once: those of buckets closed for a whole one. */
  get backFilled(): number {
    return this.#backFilled
  }

  /** Start of the bucket that is filling now, in Unix seconds. */
  get bucket(): number {
    return Math.floor(this.#now / BUCKET_SECONDS) * BUCKET_SECONDS
  }

  /** Goldmane receives a flow in the bucket that began `bucketsAgo` buckets before the one that is filling. */
  receive(flow: Flow, bucketsAgo = 0): void {
    const startTime = this.bucket - bucketsAgo * BUCKET_SECONDS
    const kept = this.goldmane.ingest({ ...flow, startTime, endTime: startTime + BUCKET_SECONDS })
    if (kept && bucketsAgo >= 2) this.#backFilled++
    if (!kept) throw new Error(`the ring has no bucket ${bucketsAgo} buckets ago`)
  }

  /** The demo cluster's traffic: of the last so many buckets, the filling one included. */
  receiveDemo(buckets: number): void {
    for (let ago = buckets - 1; ago >= 0; ago--)
      for (const flow of demoFlows(this.bucket - ago * BUCKET_SECONDS)) this.receive(flow, ago)
  }

  /** The same traffic as a capture file of JSON lines. */
  demoCapture(buckets: number): string {
    const lines: string[] = []
    for (let ago = buckets; ago > 0; ago--)
      for (const flow of demoFlows(this.bucket - ago * BUCKET_SECONDS)) lines.push(writeFlow(flow))
    return lines.join('\n')
  }

  /** Time passes: the clock moves on by so many buckets, and what became due is streamed. */
  pass(buckets = 1): void {
    for (let i = 0; i < buckets; i++) {
      this.#now += BUCKET_SECONDS
      this.goldmane.rollover()
    }
  }

  /** The gateway goes away: connections break, new ones are refused. */
  async stopGateway(): Promise<void> {
    await this.#gateway?.close()
    this.#gateway = null
  }

  /** The gateway comes back on the port that it had. */
  async startGateway(): Promise<void> {
    if (this.#server === null) throw new Error('Goldmane is stopped')
    this.#gateway = await startGateway({
      host: '127.0.0.1',
      port: this.#port,
      staticDir: CLIENT,
      upstream: { url: `http://127.0.0.1:${this.#server.port}` },
      config: { source: { kind: 'live', name: 'test cluster', endpoint: './' } },
    })
    this.#port = Number(new URL(this.#gateway.url).port)
  }

  async stop(): Promise<void> {
    await this.stopGateway()
    await this.#server?.close()
  }
}
