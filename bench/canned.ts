/** What the benchmarks in a browser share: a Goldmane with one answer made beforehand, and a watched page. */
import { createServer, type ServerHttp2Session } from 'node:http2'
import process from 'node:process'
import { Readable } from 'node:stream'

import { create, toBinary } from '@bufbuild/protobuf'
import { type Browser, chromium, type Page } from '@playwright/test'

import { browserArguments } from '../scripts/browser.mjs'
import { type Gateway, startGateway } from '../server/gateway.ts'
import { flowToMessage } from '../src/capture/message.ts'
import type { Flow } from '../src/flows/flow.ts'
import { FlowResultSchema } from '../src/gen/goldmane/api_pb.ts'
import { encodeFrame } from '../src/source/frame.ts'

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

/** A Goldmane that has only this one answer, and gives it as fast as it is read. */
async function serveStream(chunks: readonly Buffer[]): Promise<{ port: number; close: () => void }> {
  const server = createServer()
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', (session) => sessions.add(session))
  server.on('stream', (stream) => {
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
    close: () => {
      for (const session of sessions) session.destroy()
      server.close()
    },
  }
}

/** The gateway in front of a Goldmane that answers each stream with these bytes. */
export async function startBenchmark(
  chunks: readonly Buffer[],
): Promise<{ url: string; close: () => Promise<void> }> {
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

/** The longest turns of a page's main thread, in milliseconds: until all of the page was loaded, and after that. */
export interface Turns {
  readonly starting: number
  readonly standing: number
}

/** Before any script of the page: notes the longest time between two turns of the main thread. */
export function watch(): void {
  const turns = { starting: 0, standing: 0 }
  Object.assign(window, { turns })
  let last = performance.now()
  const channel = new MessageChannel()
  channel.port1.addEventListener('message', () => {
    const now = performance.now()
    const phase = document.querySelector('html')?.dataset['loaded'] === 'all' ? 'standing' : 'starting'
    turns[phase] = Math.max(turns[phase], now - last)
    last = now
    setTimeout(() => channel.port2.postMessage(0), 0)
  })
  channel.port1.start()
  channel.port2.postMessage(0)
}

/** What {@link watch} noted. */
export async function turnsOf(page: Page): Promise<Turns> {
  return page.evaluate(() => (window as unknown as { turns: Turns }).turns) // set by watch()
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
export const round = (value: number): string => Math.round(value).toLocaleString('en-US')
