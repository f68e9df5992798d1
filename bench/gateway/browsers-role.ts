/** The browsers' process: HTTP/1.1 clients that count the flows they receive, and how old those are. */
import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { create, toBinary } from '@bufbuild/protobuf'

import { FlowStreamRequestSchema } from '../../src/gen/goldmane/api_pb.ts'
import { decodeFreshness, FRESHNESS_HEADER, isFreshness } from '../../src/wire/freshness.ts'
import { FrameScanner, microsSince, readStamp } from './load-frames.ts'
import { roleArguments, serveRole } from './processes.ts'

export interface BrowsersArguments {
  readonly epoch: number
}

export interface BrowsersReport {
  /** Flows by browser. */
  readonly counts: readonly number[]
  /** Of the times of sending, by browser. */
  readonly stampSums: readonly number[]
  /** Milliseconds from sending to receiving. */
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** Milliseconds from asking to the first flow and to the last one, by browser. */
  readonly first: readonly number[]
  readonly last: readonly number[]
  /** Ranges that were told as lost, by browser. */
  readonly lost: readonly number[]
}

/** Delays up to a minute, in milliseconds. */
const HISTOGRAM_MS = 60_000
const agent = new Agent({ keepAlive: false, maxSockets: Infinity })

class Browser {
  count = 0
  stampSum = 0
  lost = 0
  first = Number.NaN
  last = Number.NaN
  readonly #asked = performance.now()
  readonly #request: ClientRequest
  #response: IncomingMessage | null = null
  #isStalled = false

  constructor(port: number, start: number, epoch: number, delays: Uint32Array | null, onFirst: () => void) {
    const message = toBinary(
      FlowStreamRequestSchema,
      create(FlowStreamRequestSchema, { startTimeGte: BigInt(start) }),
    )
    const body = Buffer.alloc(5 + message.length)
    body.writeUInt32BE(message.length, 1)
    body.set(message, 5)
    const scanner = new FrameScanner((bytes, end) => {
      if (this.#isFreshness(bytes, end)) return
      if (this.count++ === 0) this.first = performance.now() - this.#asked
      this.last = performance.now() - this.#asked
      const stamp = readStamp(bytes, end)
      if (stamp === 0) return
      this.stampSum += stamp
      if (delays === null) return
      const delay = Math.round((microsSince(epoch) - stamp) / 1000)
      const bin = Math.max(0, Math.min(delay, HISTOGRAM_MS - 1))
      delays[bin] = (delays[bin] ?? 0) + 1
    })
    this.#request = httpRequest({
      agent,
      host: '127.0.0.1',
      port,
      path: '/goldmane.Flows/Stream',
      method: 'POST',
      headers: {
        'content-type': 'application/grpc-web+proto',
        'content-length': body.length,
        [FRESHNESS_HEADER]: '1',
      },
    })
    this.#request.on('error', () => {})
    this.#request.on('response', (response) => {
      this.#response = response
      response.on('error', () => {})
      response.on('data', (chunk: Buffer) => {
        scanner.scan(chunk)
        onFirst()
      })
      if (this.#isStalled) response.pause()
    })
    this.#request.end(body)
  }

  stall(): void {
    this.#isStalled = true
    this.#response?.pause()
  }

  resume(): void {
    this.#isStalled = false
    this.#response?.resume()
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#request.once('close', resolve)
      this.#request.destroy()
    })
  }

  /** Its JSON ends in a brace; the varint at the end of a flow ends below 0x80 and has 0x80 set before. */
  #isFreshness(bytes: Buffer, end: number): boolean {
    if (bytes[end - 1] !== 0x7d || bytes[end - 2] !== 0x5d) return false
    const start = bytes.lastIndexOf('{"state"', end)
    if (start >= 4) {
      for (const head of [start - 3, start - 4]) {
        const message = bytes.subarray(head, end)
        if (isFreshness(message)) this.lost = decodeFreshness(message)?.lost.length ?? this.lost
      }
    }
    return true
  }
}

class Browsers {
  readonly #epoch: number
  #browsers: Browser[] = []
  #delays = new Uint32Array(HISTOGRAM_MS)

  constructor(epoch: number) {
    this.#epoch = epoch
  }

  open(port: number, count: number, start: number): null {
    for (let i = 0; i < count; i++)
      this.#browsers.push(new Browser(port, start, this.#epoch, this.#delays, () => {}))
    return null
  }

  /** Opens and closes so many, some at a time; each stays until it has received something. */
  async churn(port: number, count: number, atATime: number, start: number): Promise<null> {
    let left = count
    const visit = async () => {
      while (left-- > 0) {
        let browser: Browser | null = null
        await new Promise<void>((resolve) => {
          browser = new Browser(port, start, this.#epoch, null, resolve)
        })
        await (browser as Browser | null)?.close() // assigned by the callback
      }
    }
    await Promise.all(Array.from({ length: atATime }, visit))
    return null
  }

  stall(index: number): null {
    this.#browsers[index]?.stall()
    return null
  }

  resume(index: number): null {
    this.#browsers[index]?.resume()
    return null
  }

  forgetDelays(): null {
    this.#delays.fill(0)
    return null
  }

  report(): BrowsersReport {
    const of = (field: 'count' | 'stampSum' | 'first' | 'last' | 'lost') =>
      this.#browsers.map((browser) => browser[field])
    return {
      counts: of('count'),
      stampSums: of('stampSum'),
      p50: this.#percentile(0.5),
      p99: this.#percentile(0.99),
      max: this.#percentile(1),
      first: of('first'),
      last: of('last'),
      lost: of('lost'),
    }
  }

  async closeAll(): Promise<null> {
    await Promise.all(this.#browsers.map((browser) => browser.close()))
    this.#browsers = []
    return this.forgetDelays()
  }

  #percentile(share: number): number {
    const total = this.#delays.reduce((sum, count) => sum + count, 0)
    let seen = 0
    for (let ms = 0; ms < this.#delays.length; ms++) {
      seen += this.#delays[ms] ?? 0
      if (total > 0 && seen >= share * total) return ms
    }
    return Number.NaN
  }
}

export function runBrowsers(): void {
  const { epoch } = roleArguments() as unknown as BrowsersArguments // as the scenario wrote them
  const browsers = new Browsers(epoch)
  serveRole((question) => {
    const { ask } = question
    const [port, count, start, index] = ['port', 'count', 'start', 'index'].map((name) =>
      Number(question[name]),
    )
    if (ask === 'open') return browsers.open(port ?? 0, count ?? 0, start ?? 0)
    if (ask === 'churn') return browsers.churn(port ?? 0, count ?? 0, Number(question['atATime']), start ?? 0)
    if (ask === 'stall') return browsers.stall(index ?? 0)
    if (ask === 'resume') return browsers.resume(index ?? 0)
    if (ask === 'forget delays') return browsers.forgetDelays()
    return ask === 'close all' ? browsers.closeAll() : browsers.report()
  })
}
