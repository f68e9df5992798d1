// The follower against servers that do what no Goldmane should.
import { constants, type ServerHttp2Stream } from 'node:http2'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { encodeFlowResult } from '../demo/goldmane-grpc.ts'
import { flowToMessage } from '../../src/wire/testing/flow-to-message.ts'
import { create } from '@bufbuild/protobuf'
import { FlowResultSchema } from '../../src/gen/goldmane/api_pb.ts'
import { silentLog } from '../lib/log.ts'
import { flowAt } from '../testing/followed-goldmane.ts'
import { startHttp2Peer } from '../testing/http2-peer.ts'
import { frame } from '../testing/grpc-web-client.ts'
import { CURRENT } from '../../src/goldmane/testing/fixture.ts'
import { FlowRing } from './flow-ring.ts'
import { GoldmaneFollower } from './goldmane-follower.ts'
import { Upstream } from './upstream.ts'

/** Follows a server that answers each stream so. Resolves with the first status that is a failure. */
async function follow(onStream: (stream: ServerHttp2Stream, count: number) => void) {
  let streams = 0
  const port = await startHttp2Peer((stream, headers) => {
    if (headers[':path'] === '/goldmane.Flows/Stream') onStream(stream, ++streams)
    else {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '0' })
      stream.end()
    }
  })
  const clock = new ManualClock((CURRENT + 7) * 1000)
  const upstream = new Upstream({ url: `http://127.0.0.1:${port}`, clock })
  const ring = new FlowRing({ maxBytes: 1 << 22 })
  const follower = new GoldmaneFollower({ upstream, ring, log: silentLog, clock, random: () => 0.5 })
  onTestFinished(async () => {
    await follower.close()
    upstream.close()
  })
  const failed = new Promise<{ cause: string; wait: number }>((resolve) => {
    follower.subscribe(() => {
      const { cause, retryAt } = follower.status
      if (retryAt !== null) resolve({ cause: cause ?? '', wait: retryAt - clock.now() / 1000 })
    })
  })
  return { follower, ring, clock, failed: await failed, streams: () => streams }
}

const GRPC = { ':status': 200, 'content-type': 'application/grpc' }
const record = (port: number): Buffer =>
  frame(
    encodeFlowResult(
      create(FlowResultSchema, { id: BigInt(port), flow: flowToMessage(flowAt(CURRENT - 45, port)) }),
    ),
  )

test('a web server is told from a Goldmane', async () => {
  const { failed } = await follow((stream) => {
    stream.respond({ ':status': 200, 'content-type': 'text/html; charset=utf-8' })
    stream.end('<html></html>')
  })
  expect(failed.cause).toMatch(/ HTTP status 200 and text\/html; charset=utf-8: it is not a gRPC server$/)
})

test('a compressed message is refused with its cause, after the ones before it, and asked for again slowly', async () => {
  const { failed, ring } = await follow((stream) => {
    stream.respond(GRPC)
    stream.write(Buffer.concat([record(80), Buffer.from([1, 0, 0, 0, 1, 0])]))
  })
  expect(failed.cause).toBe('Goldmane sent a compressed message, which was not asked for')
  expect(failed.wait).toBe(45)
  expect(ring.records).toBe(1)
})

test('a message of gigabytes is refused by its head', async () => {
  const { failed } = await follow((stream) => {
    stream.respond(GRPC)
    stream.write(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]))
  })
  expect(failed.cause).toMatch(/^Goldmane sent a message of 2147483647 bytes; at most \d+ are read$/)
})

test.each([
  [constants.NGHTTP2_INTERNAL_ERROR, /^Goldmane reset the call \(HTTP\/2 error 2\)$/, 0.25],
  [constants.NGHTTP2_REFUSED_STREAM, /^Goldmane refused the call before it began$/, 0.25],
  [constants.NGHTTP2_ENHANCE_YOUR_CALM, /^Goldmane has too many streams/, 45],
])('a stream that is reset with code %i', async (code, cause, wait) => {
  const { failed } = await follow((stream) => stream.close(code))
  expect(failed.cause).toMatch(cause)
  expect(failed.wait).toBeCloseTo(wait)
})

test('a stream that ends without a status inside a message', async () => {
  const { failed, ring } = await follow((stream) => {
    stream.respond(GRPC)
    stream.end(Buffer.concat([record(80), record(443).subarray(0, 20)]))
  })
  expect(failed.cause).toBe('Goldmane ended the call without a status')
  expect(ring.records).toBe(1)
})

test('messages that are no records are counted, and the others kept', async () => {
  const { follower, ring } = await follow((stream) => {
    stream.respond(GRPC)
    stream.end(Buffer.concat([frame(Buffer.from('nonsense')), record(80)]))
  })
  expect(follower.counts).toEqual({ messages: 2, malformed: 1 })
  expect(ring.records).toBe(1)
})

test('a hung server is pinged once, and then as rarely as grpc-go allows', async () => {
  let pings = 0
  const port = await startHttp2Peer((stream, headers) => {
    if (headers[':path'] !== '/goldmane.Flows/Stream') return
    stream.session?.on('ping', () => pings++)
    stream.respond(GRPC)
    stream.write(record(80))
  })
  const clock = new ManualClock((CURRENT + 7) * 1000)
  const upstream = new Upstream({ url: `http://127.0.0.1:${port}`, clock })
  const ring = new FlowRing({ maxBytes: 1 << 22 })
  const follower = new GoldmaneFollower({ upstream, ring, log: silentLog, clock })
  onTestFinished(async () => {
    await follower.close()
    upstream.close()
  })
  await vi.waitFor(() => expect(ring.records).toBe(1))
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1000)
      for (let turn = 0; turn < 4; turn++) {
        await new Promise((resolve) => {
          setImmediate(resolve)
        })
      }
    }
  }
  await pass(60)
  expect(follower.status.state).toBe('silent')
  expect(pings).toBe(1)
  await pass(250)
  expect(pings).toBe(1)
  await pass(1200)
  expect(pings).toBeGreaterThan(2)
  expect(pings).toBeLessThanOrEqual(5)
})
