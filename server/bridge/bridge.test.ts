// The bounded calls of a browser, bridged to a gRPC server (@grpc/grpc-js) over real mutual TLS.
import { once } from 'node:events'
import { create, toBinary } from '@bufbuild/protobuf'
import { Metadata, status } from '@grpc/grpc-js'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { FlowListRequestSchema } from '../../src/gen/goldmane/api_pb.ts'
import { createAuthority, type Authority, type CertificatePair } from '../testing/certificates.ts'
import { startGrpcPeer, type GrpcPeer, type PeerMethods, type UnaryHandler } from '../testing/grpc-peer.ts'
import { callWeb, frame, post } from '../testing/grpc-web-client.ts'
import { startTestBridge, type TestBridgeOptions } from '../testing/test-bridge.ts'

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

/** `list` does not get the calls by which the gateway learns whether Goldmane is alive: they alone have a start. */
async function peerWith({ list }: PeerMethods, port = 0): Promise<GrpcPeer> {
  const peer = await startGrpcPeer(
    {
      stream: () => undefined,
      list: (call, callback) =>
        call.request[0] === 0x08 ? callback(null, Buffer.alloc(0)) : list?.(call, callback),
    },
    { ca: authority.ca, ...server },
    port,
  )
  onTestFinished(() => peer.close())
  return peer
}

/** The bridge's address. */
async function bridgeTo(peer: GrpcPeer, options: TestBridgeOptions = {}): Promise<string> {
  const tls = { ca: authority.ca, ...client, serverName: NAME }
  const { base } = await startTestBridge({ url: `https://127.0.0.1:${peer.port}`, tls }, options)
  return base
}

async function bridged(methods: PeerMethods, options: TestBridgeOptions = {}): Promise<string> {
  return bridgeTo(await peerWith(methods), options)
}

/** A request for a page of List, so that requests differ. */
function listOf(page: number): Buffer {
  return Buffer.from(
    toBinary(FlowListRequestSchema, create(FlowListRequestSchema, { page: BigInt(page), pageSize: 10n })),
  )
}

describe('a call that succeeds', () => {
  test('passes the request on, and the answer byte by byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const requests: Buffer[] = []
    const base = await bridged({
      list: (call, callback) => {
        requests.push(call.request)
        callback(null, bytes)
      },
    })
    const answer = await callWeb(base, { body: frame(listOf(7)) })
    expect(answer).toMatchObject({ http: 200, status: 0, messages: [bytes] })
    expect(requests).toEqual([listOf(7)])
  })

  test('fields that our schema lacks are passed on', async () => {
    const base = await bridged({ list: echo })
    // Field 999 with the value 1: a newer page may ask what this gateway does not know.
    const message = Buffer.concat([listOf(1), Buffer.from([0xb8, 0x3e, 0x01])])
    expect(await callWeb(base, { body: frame(message) })).toMatchObject({ status: 0, messages: [message] })
  })

  test('an empty message is a message', async () => {
    const base = await bridged({ list: (_, callback) => callback(null, Buffer.alloc(0)) })
    expect(await callWeb(base)).toMatchObject({ status: 0, messages: [Buffer.alloc(0)] })
  })

  test('a message of many megabytes passes whole', async () => {
    const big = Buffer.alloc(13 << 20, 7)
    const base = await bridged({ list: (_, callback) => callback(null, big) })
    const { messages } = await callWeb(base)
    expect(messages.map((message) => message.equals(big))).toEqual([true])
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
  test('comes with its code and its words', async () => {
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

  test('without messages has its status in the headers', async () => {
    const base = await bridged({ list: (_, callback) => callback({ code: status.RESOURCE_EXHAUSTED }) })
    const response = await post(base, {})
    expect(response.headers.get('grpc-status')).toBe('8')
    expect(await response.text()).toBe('')
  })
})

/** A promise of a call, and the function that resolves it. */
function arrival<Call>() {
  const waiting: ((call: Call) => void)[] = []
  const arrived = new Promise<Call>((resolve) => void waiting.push(resolve))
  return { arrived, arrive: (call: Call) => waiting[0]?.(call) }
}

type ListCall = Parameters<UnaryHandler>[0]

describe('a call that the browser ends', () => {
  test('is cancelled at Goldmane', async () => {
    const { arrived, arrive } = arrival<ListCall>()
    const base = await bridged({ list: (call) => arrive(call) })
    const browser = new AbortController()
    const noAnswer = expect(post(base, { signal: browser.signal })).rejects.toThrow('aborted')
    const call = await arrived
    const end = once(call, 'cancelled')
    browser.abort()
    await end
    expect(call.cancelled).toBe(true)
    await noAnswer
  })

  test('goes on for another browser that asked the same', async () => {
    const calls: [ListCall, Parameters<UnaryHandler>[1]][] = []
    const { arrived, arrive } = arrival<null>()
    const base = await bridged({
      list: (call, callback) => {
        calls.push([call, callback])
        arrive(null)
      },
    })
    const browser = new AbortController()
    const noAnswer = expect(post(base, { signal: browser.signal })).rejects.toThrow('aborted')
    await arrived
    const other = callWeb(base)
    // A call that was answered after it tells that the other one has been read.
    await callWeb(base, { path: 'goldmane.Flows/Nothing' })
    browser.abort()
    await noAnswer
    calls[0]?.[1](null, Buffer.from('answer'))
    expect(await other).toMatchObject({ status: 0, messages: [Buffer.from('answer')] })
    expect(calls).toHaveLength(1)
  })

  test('a deadline that passes ends it, here and there', async () => {
    const { arrived, arrive } = arrival<ListCall>()
    const base = await bridged({ list: (call) => arrive(call) })
    const answer = callWeb(base, { headers: { 'grpc-timeout': '300m' } })
    const end = once(await arrived, 'cancelled')
    expect(await answer).toMatchObject({ http: 200, status: 4 })
    await end
  })
})

describe('equal calls', () => {
  test('share one answer, in flight and for a while after it', async () => {
    let calls = 0
    const base = await bridged({
      list: (call, callback) => {
        calls++
        setImmediate(() => callback(null, call.request))
      },
    })
    const body = frame(listOf(1))
    const answers = await Promise.all(Array.from({ length: 20 }, () => callWeb(base, { body })))
    answers.push(await callWeb(base, { body }))
    for (const answer of answers) expect(answer).toMatchObject({ status: 0, messages: [listOf(1)] })
    expect(calls).toBe(1)
  })

  test('no more than the limit are in flight, and the others have their turn', async () => {
    const waiting: (() => void)[] = []
    let most = 0
    const base = await bridged(
      {
        list: (call, callback) => {
          waiting.push(() => callback(null, call.request))
          most = Math.max(most, waiting.length)
        },
      },
      { unaryCalls: 3 },
    )
    const pages = Array.from({ length: 10 }, (_, page) => page)
    const answers = pages.map((page) => callWeb(base, { body: frame(listOf(page)) }))
    for (const page of pages) {
      await expect.poll(() => waiting.length).toBe(Math.min(3, 10 - page))
      waiting.shift()?.()
    }
    const all = await Promise.all(answers)
    expect(all.map(({ messages }) => messages)).toEqual(pages.map((page) => [listOf(page)]))
    expect(most).toBe(3)
  })

  test('one that waits in line keeps its deadline', async () => {
    const base = await bridged({ list: () => undefined }, { unaryCalls: 1 })
    const first = new AbortController()
    const noAnswer = expect(post(base, { signal: first.signal })).rejects.toThrow('aborted')
    const headers = { 'grpc-timeout': '50m' }
    expect(await callWeb(base, { body: frame(listOf(2)), headers })).toMatchObject({ status: 4 })
    first.abort()
    await noAnswer
  })
})

describe('a Goldmane that is away', () => {
  test('is said, and it is found again when it is back', async () => {
    const first = await peerWith({ list: echo })
    const base = await bridgeTo(first)
    expect(await callWeb(base)).toMatchObject({ status: 0 })
    first.close()
    const body = frame(listOf(1))
    const refused = await callWeb(base, { body })
    expect(refused).toMatchObject({ http: 200, status: 14 })
    expect(refused.message).toMatch(/^Goldmane cannot be reached\. .* refused the TCP connection/)

    await peerWith({ list: echo }, first.port)
    expect(await callWeb(base, { body })).toMatchObject({ status: 0 })
  })
})
