/**
 * From Goldmane's stream into the page's store, in a real browser: flows per second, beside the time to fetch the same
 * bytes and drop them, and the longest that the main thread was away meanwhile.
 */
import { createServer, type ServerHttp2Session } from 'node:http2'
import process from 'node:process'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

import { create, toBinary } from '@bufbuild/protobuf'
import { chromium, type Page } from '@playwright/test'

import { browserArguments } from '../scripts/browser.mjs'
import { startGateway } from '../server/gateway.ts'
import { flowToMessage } from '../src/capture/message.ts'
import { buildFlow } from '../src/flows/build.ts'
import type { Flow } from '../src/flows/flow.ts'
import { FlowResultSchema } from '../src/gen/goldmane/api_pb.ts'
import { encodeFrame } from '../src/source/frame.ts'

const BUCKET = 15
const BUCKETS = 200
const KEYS = 1000
const ROUNDS = 3
/** Bytes that the server hands over at once. */
const CHUNK = 256 * 1024
/** The bundle stands in dist/bench-…, beside the client. */
const CLIENT = fileURLToPath(new URL('../client', import.meta.url))

/** A stable choice from a list. */
function pick<T>(list: readonly T[], n: number): T {
  const value = list[n % list.length]
  if (value === undefined) throw new Error('an empty list')
  return value
}

const NAMESPACES = ['frontend', 'backend', 'db', 'default', 'kube-system', 'monitoring', 'ingress', 'jobs']

function flowOf(key: number, startTime: number): Flow {
  return buildFlow(
    {
      sourceName: `source-${key}-*`,
      sourceNamespace: pick(NAMESPACES, key),
      destName: `dest-${key % 97}-*`,
      destNamespace: pick(NAMESPACES, key * 7 + 3),
      destPort: 1024 + (key % 512),
      reporter: key % 2 === 0 ? 'Src' : 'Dst',
      action: key % 11 === 0 ? 'Deny' : 'Allow',
    },
    {
      sourceLabels: ['app=source', `pod-template-hash=${(key * 2_654_435_761) % 0xffffff}`, 'team=bench'],
      destLabels: ['app=dest', `version=v${key % 5}`],
      startTime,
      endTime: startTime + BUCKET,
    },
  )
}

/** The whole stream as it goes over the wire, made beforehand: what is measured is the way from there into the store. */
function streamBytes(bucket: number): Buffer[] {
  const frames: Uint8Array[] = []
  for (let ago = BUCKETS + 1; ago >= 2; ago--) {
    for (let key = 0; key < KEYS; key++) {
      const flow = flowToMessage(flowOf(key, bucket - ago * BUCKET))
      frames.push(
        encodeFrame(toBinary(FlowResultSchema, create(FlowResultSchema, { id: BigInt(key + 1), flow }))),
      )
    }
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

/** Reads the same stream to the same length and drops it: what no store can be faster than. */
async function drop(page: Page, bytes: number): Promise<number> {
  return page.evaluate(async (wanted) => {
    const started = performance.now()
    const response = await fetch('./goldmane.Flows/Stream', {
      method: 'POST',
      headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' },
      // An empty frame head, then start_time_gte = −3585 as a ten-byte varint.
      body: Uint8Array.of(0, 0, 0, 0, 11, 8, 0xff, 0xe3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
    })
    const reader = response.body?.getReader()
    let read = 0
    if (reader === undefined) throw new Error('the answer has no body')
    while (read < wanted) {
      const { value, done } = await reader.read()
      if (done) break
      read += value.length
    }
    await reader.cancel()
    return performance.now() - started
  }, bytes)
}

async function load(page: Page, url: string, flows: number): Promise<{ ms: number; longest: number }> {
  const streaming = page.waitForRequest(/goldmane\.Flows\/Stream/)
  await page.goto(url)
  await streaming
  const started = performance.now()
  await page.waitForFunction(
    (wanted) => document.querySelector('footer')?.textContent.includes(`${wanted} records`),
    flows.toLocaleString('en-US'),
    { polling: 50, timeout: 120_000 },
  )
  const ms = performance.now() - started
  return { ms, longest: await page.evaluate(() => (window as unknown as { longest: number }).longest) } // set by watch()
}

/** Before any script of the page: notes the longest time between two turns of the main thread. */
function watch(): void {
  const page = window as unknown as { longest: number }
  page.longest = 0
  let last = performance.now()
  const channel = new MessageChannel()
  channel.port1.addEventListener('message', () => {
    const now = performance.now()
    // The first half second is the page's own start, which every page has.
    if (now > 500) page.longest = Math.max(page.longest, now - last)
    last = now
    setTimeout(() => channel.port2.postMessage(0), 0)
  })
  channel.port1.start()
  channel.port2.postMessage(0)
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
const round = (value: number): string => Math.round(value).toLocaleString('en-US')

export async function run(): Promise<void> {
  const chunks = streamBytes(Math.floor(Date.now() / 1000 / BUCKET) * BUCKET)
  const flows = KEYS * BUCKETS
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const server = await serveStream(chunks)
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    staticDir: CLIENT,
    upstream: { url: `http://127.0.0.1:${server.port}` },
    config: { source: { kind: 'live', name: 'benchmark', endpoint: './' } },
  })
  const executablePath = process.env['CHROMIUM']
  const browser = await chromium.launch({
    args: browserArguments(),
    ...(executablePath === undefined ? {} : { executablePath }),
  })
  const loads: { ms: number; longest: number }[] = []
  const drops: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const page = await browser.newPage()
    await page.addInitScript(watch)
    loads.push(await load(page, gateway.url, flows))
    drops.push(await drop(page, bytes))
    await page.close()
  }
  await browser.close()
  await gateway.close()
  server.close()

  const ms = median(loads.map((each) => each.ms))
  const ceiling = median(drops)
  console.log(
    `Stream into the store: ${round(flows)} flows of ${round(bytes / flows)} bytes, medians of ${ROUNDS}\n`,
  )
  console.log('| what | figure |')
  console.log('|---|---|')
  console.log(`| from the stream into the store | ${round(flows / (ms / 1000))} flows/s |`)
  console.log(`| fetch the same bytes and drop them | ${round(flows / (ceiling / 1000))} flows/s |`)
  console.log(`| store, as a share of that | ${(ceiling / ms).toFixed(2)} |`)
  console.log(
    `| main thread's longest turn meanwhile (aim: under 50 ms) | ${round(Math.max(...loads.map((each) => each.longest)))} ms |`,
  )
}
