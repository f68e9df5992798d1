// The bridge between a browser's calls and a gRPC server (@grpc/grpc-js) over real mutual TLS.
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { Metadata, status, type ServerWritableStream } from '@grpc/grpc-js'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ensure } from '../../src/lib/assert.ts'
import { startTestGateway } from '../testing/test-gateway.ts'
import { createAuthority, type Authority, type CertificatePair } from '../testing/certificates.ts'
import { startGrpcPeer, type GrpcPeer, type PeerMethods, type UnaryHandler } from '../testing/grpc-peer.ts'
import { callWeb, frame, post, readFrames } from '../testing/grpc-web-client.ts'

const NAME = 'goldmane.calico-system.svc'

let authority: Authority
let server: CertificatePair
let client: CertificatePair

beforeAll(async () => {
  authority = await createAuthority('operator CA')
  server = await authority.server(NAME)
  client = await authority.client()
})

const echo: UnaryHandler = (call, callback) => callback(null, call.request)

async function peerWith(methods: PeerMethods, port = 0): Promise<GrpcPeer> {
  const peer = await startGrpcPeer(methods, { ca: authority.ca, ...server }, port)
  onTestFinished(() => peer.close())
  return peer
}

/** The gateway's address. */
function bridgeTo(peer: GrpcPeer): Promise<string> {
  const tls = { ca: authority.ca, ...client, serverName: NAME }
  return startTestGateway({ url: `https://127.0.0.1:${peer.port}`, tls })
}

async function bridged(methods: PeerMethods): Promise<string> {
  return bridgeTo(await peerWith(methods))
}

const STREAM = 'goldmane.Flows/Stream'

describe('a call that succeeds', () => {
  test('List passes the request and the answer on byte by byte', async () => {
    const base = await bridged({ list: echo })
    const message = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const answer = await callWeb(base, { body: frame(message) })
    expect(answer).toMatchObject({ http: 200, status: 0, messages: [message] })
  })

  test('an empty message is a message', async () => {
    const base = await bridged({ list: echo })
    expect(await callWeb(base, { body: frame(Buffer.alloc(0)) })).toMatchObject({
      status: 0,
      messages: [Buffer.alloc(0)],
    })
  })

  test('a message of many megabytes passes whole', async () => {
    const big = Buffer.alloc(13 << 20, 7)
    const base = await bridged({ list: (_, callback) => callback(null, big) })
    const { messages } = await callWeb(base)
    expect(messages.map((message) => message.equals(big))).toEqual([true])
  })

  test('Stream passes every message on in order, with the status at the end', async () => {
    const sent = Array.from({ length: 1000 }, (_, index) => Buffer.from(`flow ${index}`))
    const base = await bridged({
      stream: (call) => {
        for (const message of sent) call.write(message)
        call.end()
      },
    })
    expect(await callWeb(base, { path: STREAM })).toMatchObject({ status: 0, messages: sent })
  })

  test('a message of a stream arrives while the stream goes on', async () => {
    const base = await bridged({ stream: (call) => void call.write(Buffer.from('first')) })
    const response = await post(base, { path: STREAM })
    const reader = ensure(response.body, 'body').getReader()
    const { value } = await reader.read()
    expect(readFrames(Buffer.from(ensure(value, 'chunk'))).messages).toEqual([Buffer.from('first')])
    await reader.cancel()
  })

  test('a stream is open before its first message', async () => {
    const base = await bridged({ stream: () => undefined })
    const response = await post(base, { path: STREAM })
    expect(response.status).toBe(200)
    expect(response.headers.get('grpc-status')).toBeNull()
    await response.body?.cancel()
  })

  test('answers are not to be cached or held back by proxies', async () => {
    const base = await bridged({ list: echo })
    const { headers } = await post(base, {})
    expect(headers.get('content-type')).toBe('application/grpc-web+proto')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-accel-buffering')).toBe('no')
  })

  test('no header of the browser reaches Goldmane, and none of Goldmane the browser', async () => {
    let seen: readonly string[] = []
    const base = await bridged({
      list: (call, callback) => {
        seen = Object.keys(call.metadata.getMap())
        const metadata = new Metadata()
        metadata.set('set-cookie', 'evil=1')
        call.sendMetadata(metadata)
        callback(null, call.request)
      },
    })
    const response = await post(base, { headers: { cookie: 'a=b', authorization: 'Bearer x', 'x-y': 'z' } })
    expect(seen).toEqual(['user-agent'])
    expect(response.headers.get('set-cookie')).toBeNull()
  })
})

describe('a call that Goldmane ends with an error', () => {
  test('an error before any message comes with its code and its words', async () => {
    const base = await bridged({
      list: (_, callback) => callback({ code: status.NOT_FOUND, details: 'nichts gefunden: 100 % → leer' }),
    })
    expect(await callWeb(base)).toEqual({
      http: 200,
      status: 5,
      message: 'nichts gefunden: 100 % → leer',
      messages: [],
    })
  })

  test('an answer that is nothing but trailers is passed on in the headers', async () => {
    const base = await bridged({ list: (_, callback) => callback({ code: status.RESOURCE_EXHAUSTED }) })
    const response = await post(base, {})
    expect(response.headers.get('grpc-status')).toBe('8')
    expect(await response.text()).toBe('')
  })

  test('an error after messages leaves the messages', async () => {
    const base = await bridged({
      stream: (call) => {
        call.write(Buffer.from('one'))
        call.write(Buffer.from('two'))
        call.emit('error', { code: status.ABORTED, details: 'gone' })
      },
    })
    expect(await callWeb(base, { path: STREAM })).toEqual({
      http: 200,
      status: 10,
      message: 'gone',
      messages: [Buffer.from('one'), Buffer.from('two')],
    })
  })
})

/** A promise of a call, and the function that resolves it. */
function arrival<Call>() {
  const waiting: ((call: Call) => void)[] = []
  const arrived = new Promise<Call>((resolve) => void waiting.push(resolve))
  return { arrived, arrive: (call: Call) => waiting[0]?.(call) }
}

describe('a call that the browser ends', () => {
  test('a cancelled stream is cancelled at Goldmane', async () => {
    const { arrived, arrive } = arrival<ServerWritableStream<Buffer, Buffer>>()
    const base = await bridged({
      stream: (call) => {
        call.write(Buffer.from('first'))
        arrive(call)
      },
    })
    const browser = new AbortController()
    const response = await post(base, { path: STREAM, signal: browser.signal })
    const call = await arrived
    const end = once(call, 'cancelled')
    browser.abort()
    await end
    expect(call.cancelled).toBe(true)
    await expect(response.text()).rejects.toThrow('aborted')
  })

  test('a browser that leaves before the answer cancels the call too', async () => {
    const { arrived, arrive } = arrival<Parameters<UnaryHandler>[0]>()
    const base = await bridged({ list: (call) => arrive(call) })
    const browser = new AbortController()
    const answer = post(base, { signal: browser.signal })
    const call = await arrived
    const end = once(call, 'cancelled')
    const noAnswer = expect(answer).rejects.toThrow('aborted')
    browser.abort()
    await end
    await noAnswer
  })

  test('the deadline is told to Goldmane', async () => {
    let left = Infinity
    const base = await bridged({
      list: (call, callback) => {
        left = Number(call.getDeadline()) - Date.now()
        callback(null, call.request)
      },
    })
    expect(await callWeb(base, { headers: { 'grpc-timeout': '1H' } })).toMatchObject({ status: 0 })
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(3_600_000)
  })
})

describe('a reader that stalls', () => {
  test('stops Goldmane, and gets everything once it reads again', async () => {
    const message = Buffer.alloc(64 << 10, 1)
    const total = 1024
    let written = 0
    const base = await bridged({
      list: echo,
      stream: (call) => {
        const fill = () => {
          let room = true
          while (room && written < total) {
            written++
            room = call.write(message)
          }
          if (written < total) call.once('drain', fill)
          else call.end()
        }
        fill()
      },
    })
    const stalled = await openStream(base)
    // After 100 other calls on the same connection, the stream has filled every buffer that it can without a reader.
    for (let round = 0; round < 100; round++) await callWeb(base)
    expect(written).toBeGreaterThan(0)
    expect(written * message.length).toBeLessThan(32 << 20)

    const chunks: Buffer[] = []
    for await (const chunk of stalled) if (chunk instanceof Buffer) chunks.push(chunk)
    const { messages, trailers } = readFrames(Buffer.concat(chunks))
    expect(messages).toHaveLength(total)
    expect(trailers.get('grpc-status')).toBe('0')
  })
})

/** A stream's answer of which nothing was read; fetch would read ahead. */
async function openStream(base: string): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/grpc-web+proto' }
  const request = httpRequest(new URL(STREAM, base), { method: 'POST', headers })
  request.end(frame(Buffer.from('request')))
  return new Promise((resolve, reject) => request.once('response', resolve).once('error', reject))
}

describe('a Goldmane that goes away', () => {
  test('ends the open streams, says so to new calls, and is found again when it is back', async () => {
    const first = await peerWith({
      list: echo,
      stream: (call) => void call.write(Buffer.from('first')),
    })
    const base = await bridgeTo(first)
    const response = await post(base, { path: STREAM })
    const chunks: Uint8Array[] = []
    for await (const chunk of ensure(response.body, 'body')) {
      if (chunks.length === 0) first.close()
      chunks.push(chunk)
    }
    const { messages, trailers } = readFrames(Buffer.concat(chunks))
    expect(messages).toEqual([Buffer.from('first')])
    expect(trailers.get('grpc-status')).toBe('14')

    const refused = await callWeb(base)
    expect(refused).toMatchObject({ http: 200, status: 14 })
    expect(refused.message).toContain('refused the TCP connection')

    await peerWith({ list: echo }, first.port)
    expect(await callWeb(base)).toMatchObject({ status: 0 })
  })
})

describe('a request that is not for Goldmane', () => {
  test.each(['goldmane.FlowCollector/Connect', 'goldmane.Flows/Delete', 'goldmane.Flows/List/'])(
    '%s is no method here',
    async (path) => {
      const base = await bridged({ list: echo })
      expect(await callWeb(base, { path })).toMatchObject({ http: 404, status: 12 })
    },
  )

  test.each([
    'application/json',
    'application/grpc-web-text',
    'application/grpc',
    'application/grpc-web+json',
  ])('content type %s is refused', async (type) => {
    const base = await bridged({ list: echo })
    expect(await callWeb(base, { headers: { 'content-type': type } })).toMatchObject({
      http: 415,
      status: 12,
    })
  })

  test('a method is called by POST alone', async () => {
    const base = await bridged({ list: echo })
    const response = await fetch(new URL('goldmane.Flows/List', base))
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  })

  test('a request of more than a megabyte is refused', async () => {
    const base = await bridged({ list: echo })
    const answer = await callWeb(base, { body: frame(Buffer.alloc(1 << 20)) })
    expect(answer).toMatchObject({ status: 8, messages: [] })
  })

  test('a malformed deadline is refused', async () => {
    const base = await bridged({ list: echo })
    expect(await callWeb(base, { headers: { 'grpc-timeout': '5 s' } })).toMatchObject({ status: 3 })
  })

  test('the 41st stream is refused, and a closed one makes room', async () => {
    const base = await bridged({ stream: (call) => void call.write(Buffer.from('first')) })
    const browsers = Array.from({ length: 40 }, () => new AbortController())
    await Promise.all(browsers.map(({ signal }) => post(base, { path: STREAM, signal })))
    expect(await callWeb(base, { path: STREAM })).toMatchObject({ status: 8, messages: [] })

    ensure(browsers[0], 'browser').abort()
    const leave = new AbortController()
    await expect
      .poll(async () => (await post(base, { path: STREAM, signal: leave.signal })).headers.get('grpc-status'))
      .toBeNull()
    for (const browser of [leave, ...browsers]) browser.abort()
  })
})
