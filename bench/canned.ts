/** What the benchmarks in a browser share: a Goldmane with one answer made beforehand, and a watched page. */
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import process from 'node:process'
import { Readable } from 'node:stream'

import { create, toBinary } from '@bufbuild/protobuf'
import { type Browser, chromium, type Page } from '@playwright/test'

import { browserArguments } from '../scripts/browser.mjs'
import { type Gateway, startGateway } from '../server/gateway/gateway.ts'
import { flowToMessage } from '../src/wire/testing/flow-to-message.ts'
import type { Flow } from '../src/flows/flow.ts'
import { FlowResultSchema } from '../src/gen/goldmane/api_pb.ts'
import { encodeFrame } from '../src/source/grpc-web-frame.ts'

/** Bytes that the server hands over at once. */
const CHUNK = 256 * 1024
/** The built page; scripts/bench.mjs says where. */
const CLIENT = process.env['FLOWTRACE_CLIENT'] ?? 'dist/client'

/** Flows as they go over the wire, each with the id of its key. */
export function framesOf(flows: Iterable<{ readonly id: number; readonly flow: Flow }>): Buffer[] {
  const frames: Uint8Array[] = []
  for (const { id, flow } of flows) {
    const result = create(FlowResultSchema, { id: BigInt(id), flow: flowToMessage(flow) })
    frames.push(encodeFrame(toBinary(FlowResultSchema, result)))
  }
  const whole = Buffer.concat(frames)
  return Array.from({ length: Math.ceil(whole.length / CHUNK) }, (_, i) =>
    whole.subarray(i * CHUNK, (i + 1) * CHUNK),
  )
}

/** A Goldmane that answers each stream with the same bytes, as fast as they are read, and sends more when told to. */
async function serveStream(
  chunks: readonly Buffer[],
): Promise<{ port: number; send: (more: readonly Buffer[]) => void; close: () => void }> {
  const server = createServer()
  const sessions = new Set<ServerHttp2Session>()
  const streams = new Set<ServerHttp2Stream>()
  server.on('session', (session) => sessions.add(session))
  server.on('stream', (stream) => {
    streams.add(stream)
    stream.on('close', () => streams.delete(stream))
    stream.on('error', () => {})
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true })
    // Never ended: a live stream goes on.
    Readable.from(chunks).pipe(stream, { end: false })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    port: address.port,
    send: (more) => {
      for (const stream of streams) for (const chunk of more) stream.write(chunk)
    },
    close: () => {
      for (const session of sessions) session.destroy()
      server.close()
    },
  }
}

export interface Benchmark {
  readonly url: string
  /** Sends more to the streams that are open. */
  readonly send: (more: readonly Buffer[]) => void
  readonly close: () => Promise<void>
}

/** The gateway in front of a Goldmane that answers each stream with these bytes. */
export async function startBenchmark(chunks: readonly Buffer[]): Promise<Benchmark> {
  const server = await serveStream(chunks)
  const gateway: Gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    staticDir: CLIENT,
    upstream: { url: `http://127.0.0.1:${server.port}` },
    config: { source: { kind: 'live', name: 'benchmark', endpoint: './' } },
  })
  return {
    url: gateway.url,
    send: server.send,
    close: async () => {
      await gateway.close()
      server.close()
    },
  }
}

export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM']
  return chromium.launch({
    args: browserArguments(),
    ...(executablePath === undefined ? {} : { executablePath }),
  })
}

/** The longest tasks of a page's main thread, in milliseconds: until all of the page was loaded, and after that. */
export interface Tasks {
  readonly starting: number
  readonly standing: number
}

/** What was said between page and worker about views, in the page's milliseconds. */
export interface Said {
  readonly at: number
  readonly what: 'asked' | 'answered'
  readonly seq: number
  /** Records held, of an answer. */
  readonly records: number
}

/** What {@link watch} leaves in the page. */
export interface Watched {
  /** Long tasks: when each began, and how long it was. */
  tasks: { readonly start: number; readonly duration: number }[]
  /** When all of the page was loaded. */
  loadedAt: number
  readonly said: Said[]
  /** Resolves in the first task after a frame, whose picture is on the screen then. */
  readonly painted: () => Promise<number>
}

/**
 * Before any script of the page: notes its longest tasks, as the browser's own observer counts them (50 ms and more),
 * and listens to what page and worker say.
 */
export function watch(): void {
  const watched: Watched = {
    tasks: [],
    loadedAt: Number.POSITIVE_INFINITY,
    said: [],
    painted: () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.addEventListener('message', () => resolve(performance.now()))
          port1.start()
          port2.postMessage(0)
        })
      }),
  }
  Object.assign(window, { watched })
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      watched.tasks.push({ start: startTime, duration })
  }).observe({ type: 'longtask', buffered: true })
  new MutationObserver((_changes, observer) => {
    if (document.documentElement?.dataset['loaded'] !== 'all') return
    observer.disconnect()
    watched.loadedAt = performance.now()
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-loaded'] })
  const note = (what: Said['what'], seq: number, records: number): number =>
    watched.said.push({ at: performance.now(), what, seq, records })
  const tap = (port: MessagePort | Worker): void => {
    const post = port.postMessage.bind(port)
    port.postMessage = (message: { type: string; seq: number }, ...rest: never[]) => {
      if (message.type === 'view') note('asked', message.seq, 0)
      post(message, ...rest)
    }
    port.addEventListener('message', (event) => {
      const { data } = event as MessageEvent<{
        type: string
        seq: number
        status: { holdings: { records: number } }
      }>
      if (data.type === 'view') note('answered', data.seq, data.status.holdings.records)
    })
  }
  const Shared = window.SharedWorker
  window.SharedWorker = class extends Shared {
    constructor(...options: ConstructorParameters<typeof SharedWorker>) {
      super(...options)
      tap(this.port)
    }
  }
  const Dedicated = window.Worker
  window.Worker = class extends Dedicated {
    constructor(...options: ConstructorParameters<typeof Worker>) {
      super(...options)
      tap(this)
    }
  }
}

declare global {
  interface Window {
    watched: Watched
  }
}

/** The longest tasks that {@link watch} noted; under 50 ms it notes none. */
export async function tasksOf(page: Page): Promise<Tasks> {
  return page.evaluate(() => {
    const { tasks, loadedAt } = window.watched
    const most = (isOf: (start: number) => boolean): number =>
      Math.max(0, ...tasks.filter(({ start }) => isOf(start)).map(({ duration }) => duration))
    return { starting: most((start) => start < loadedAt), standing: most((start) => start >= loadedAt) }
  })
}

/** In words: the browser tells of tasks from 50 ms on. */
export function longest(milliseconds: number): string {
  return milliseconds === 0 ? 'under 50 ms' : `${round(milliseconds)} ms`
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
export const round = (value: number): string => Math.round(value).toLocaleString('en-US')
