import { once } from 'node:events'
import type { Http2Session } from 'node:http2'
import { expect, onTestFinished, test } from 'vitest'
import { ensure } from '../../src/lib/assert.ts'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { startHttp2Peer } from '../testing/http2-peer.ts'
import { Upstream, type UpstreamCall } from './upstream.ts'

const INTERVAL = 60_000

/** A server that counts pings, ends calls of /unary at once, and sends one byte to those of /stream. */
async function startCountingPeer() {
  const sessions = new Set<Http2Session>()
  let pings = 0
  const port = await startHttp2Peer((stream, headers) => {
    const { session } = stream
    if (session !== undefined && !sessions.has(session)) {
      sessions.add(session)
      session.on('ping', () => pings++)
    }
    stream.respond()
    if (headers[':path'] === '/stream') stream.write('x')
    else stream.end()
  })
  const clock = new ManualClock()
  const upstream = new Upstream({ url: `http://127.0.0.1:${port}`, pingInterval: INTERVAL, clock })
  onTestFinished(() => upstream.close())
  return {
    sessions,
    clock,
    call: (path: string): Promise<UpstreamCall> => upstream.call({ ':path': path }, Buffer.alloc(0)),
    /** Pings that arrived before a call that is made now and is waited for: frames of a connection keep their order. */
    async countPings(): Promise<number> {
      const { stream } = await upstream.call({ ':path': '/unary' }, Buffer.alloc(0))
      await once(stream.resume(), 'close')
      return pings
    },
  }
}

test('a connection without calls is never pinged, because grpc-go closes one that is', async () => {
  const peer = await startCountingPeer()
  expect(await peer.countPings()).toBe(0)
  peer.clock.advance(5 * INTERVAL)
  expect(await peer.countPings()).toBe(0)
  expect(peer.sessions.size).toBe(1)
})

test('a connection is pinged when a call waits and nothing came for an interval', async () => {
  const peer = await startCountingPeer()
  const { stream } = await peer.call('/stream')
  await once(stream, 'data')
  const session = ensure([...peer.sessions][0], 'session')
  for (let expected = 1; expected <= 3; expected++) {
    const ping = once(session, 'ping')
    // The call that counts, and the answer to a ping, are bytes that came in the first interval.
    peer.clock.advance(2 * INTERVAL)
    await ping
    expect(await peer.countPings()).toBe(expected)
  }
})

test('a connection is not pinged while something comes in every interval', async () => {
  const peer = await startCountingPeer()
  await once((await peer.call('/stream')).stream, 'data')
  for (let interval = 0; interval < 5; interval++) {
    peer.clock.advance(INTERVAL)
    expect(await peer.countPings()).toBe(0)
  }
})

test('an early ping is answered, and no second one is sent until data came or the interval is over', async () => {
  const peer = await startCountingPeer()
  const call = await peer.call('/stream')
  await once(call.stream, 'data')
  expect(await call.pingEarly(5000, false)).toBe(true)
  expect(await call.pingEarly(5000, false)).toBe(null)
  expect(await peer.countPings()).toBe(1)
  expect(await call.pingEarly(5000, true)).toBe(true)
  expect(await peer.countPings()).toBe(2)
  peer.clock.advance(INTERVAL)
  expect(await call.pingEarly(5000, false)).toBe(true)
  expect(await peer.countPings()).toBe(3)
})
