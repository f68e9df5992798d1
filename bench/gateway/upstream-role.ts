/** The process in Goldmane's place: an hour of flows at the start, then as many a second as it is told. */
import { createServer, type Socket } from 'node:net'
import process from 'node:process'

import { BUCKET_SECONDS, bucketStart } from '../../src/flows/bucket.ts'
import { flowFrame, type KeyTemplate, keyTemplates, microsSince, stampFrame } from './load-frames.ts'
import type { Weight } from '../traffic.ts'
import { roleArguments, serveRole } from './processes.ts'
import { type RawStream, serveRawHttp2 } from './raw-http2.ts'

export interface UpstreamArguments {
  /** Unix milliseconds from which times of sending count. */
  readonly epoch: number
  readonly keys: number
  readonly weight?: Weight
  /** Buckets of back-fill, each with every key. */
  readonly backFillBuckets: number
  /** Keys in each bucket that is sent live; the next bucket begins after them. */
  readonly liveKeys: number
}

export interface UpstreamReport {
  readonly streamsOpened: number
  readonly calls: number
  readonly sent: number
  /** Of the times of sending of what was sent live. */
  readonly stampSum: number
  /** Microseconds. */
  readonly cpu: number
}

const TICK_MS = 50

class Upstream {
  readonly #args: UpstreamArguments
  readonly #templates: readonly KeyTemplate[]
  readonly #backFill: readonly Buffer[]
  readonly #streams = new Set<RawStream>()
  readonly #pipes = new Set<Socket>()
  #bucket: number
  #nextKey = 0
  #streamsOpened = 0
  #calls = 0
  #sent = 0
  #stampSum = 0
  #timer: NodeJS.Timeout | null = null

  constructor(args: UpstreamArguments) {
    this.#args = args
    this.#templates = keyTemplates(args.keys, args.weight)
    const current = bucketStart(Date.now() / 1000) - 2 * BUCKET_SECONDS
    const buckets = Array.from(
      { length: args.backFillBuckets },
      (_, i) => current - (args.backFillBuckets - 1 - i) * BUCKET_SECONDS,
    )
    this.#backFill = buckets.flatMap((bucket) => this.#templates.map((key) => flowFrame(key, bucket, 0)))
    this.#bucket = current + BUCKET_SECONDS
  }

  /** A stream asks for times from a start on; every other call has an end or a page, too. */
  onRequest(body: Buffer, stream: RawStream): boolean {
    this.#calls++
    let at = 6
    while ((body[at] ?? 0) >= 0x80) at++
    if (body[5] !== 0x08 || at + 1 < body.length) return false
    this.#streamsOpened++
    this.#streams.add(stream)
    stream.send(this.#backFill)
    return true
  }

  /** The same bytes without HTTP/2, for what a plain pipe takes. */
  onPipe(socket: Socket): void {
    socket.on('error', () => {})
    socket.on('close', () => this.#pipes.delete(socket))
    this.#pipes.add(socket)
    if (this.#backFill.length > 0) socket.write(Buffer.concat(this.#backFill))
  }

  /** Begins with a new bucket: of one that has begun, a browser that asks for live flows gets nothing. */
  start(flowsPerSecond: number): null {
    if (this.#nextKey > 0) this.#beginBucket()
    let owed = 0
    let last = performance.now()
    this.#timer = setInterval(() => {
      const now = performance.now()
      owed += ((now - last) / 1000) * flowsPerSecond
      last = now
      const count = Math.floor(owed)
      owed -= count
      this.#send(count)
    }, TICK_MS)
    return null
  }

  stop(): UpstreamReport {
    if (this.#timer !== null) clearInterval(this.#timer)
    return this.report()
  }

  report(): UpstreamReport {
    const { user, system } = process.cpuUsage()
    return {
      streamsOpened: this.#streamsOpened,
      calls: this.#calls,
      sent: this.#sent,
      stampSum: this.#stampSum,
      cpu: user + system,
    }
  }

  #beginBucket(): void {
    this.#nextKey = 0
    this.#bucket += BUCKET_SECONDS
  }

  #send(count: number): void {
    const frames: Buffer[] = []
    const micros = microsSince(this.#args.epoch)
    for (let i = 0; i < count; i++) {
      const key = this.#templates[this.#nextKey]
      if (key === undefined) throw new Error('fewer keys than are sent live')
      const frame = flowFrame(key, this.#bucket, micros)
      stampFrame(frame, micros)
      frames.push(frame)
      this.#stampSum += micros
      this.#sent++
      if (++this.#nextKey === this.#args.liveKeys) this.#beginBucket()
    }
    for (const stream of this.#streams) stream.send(frames)
    if (this.#pipes.size === 0) return
    const bytes = Buffer.concat(frames)
    for (const pipe of this.#pipes) pipe.write(bytes)
  }
}

export async function runUpstream(): Promise<void> {
  const upstream = new Upstream(roleArguments() as unknown as UpstreamArguments) // as the scenario wrote them
  const port = await serveRawHttp2({ onRequest: (body, stream) => upstream.onRequest(body, stream) })
  const pipes = createServer((socket) => upstream.onPipe(socket))
  await new Promise<void>((resolve) => pipes.listen(0, '127.0.0.1', resolve))
  const address = pipes.address()
  const pipePort = typeof address === 'object' && address !== null ? address.port : 0
  serveRole(({ ask, flowsPerSecond }) => {
    if (ask === 'ports') return { port, pipePort }
    if (ask === 'start') return upstream.start(Number(flowsPerSecond))
    return ask === 'stop' ? upstream.stop() : upstream.report()
  })
}
