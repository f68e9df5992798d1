import { once } from 'node:events'
import { type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2'
import { connect as connectSocket } from 'node:net'

import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf'
import {
  type ChannelCredentials,
  type ChannelOptions,
  Client,
  type ClientReadableStream,
  credentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'

import { flowToMessage } from '../../src/wire/testing/flow-to-message.ts'
import { buildEndOfTier, buildFlow } from '../../src/flows/testing/build.ts'
import {
  FilterHintsRequestSchema,
  FilterHintsResultSchema,
  FilterType,
  FlowListRequestSchema,
  FlowListResultSchema,
  FlowResultSchema,
  FlowStreamRequestSchema,
  StatisticsRequestSchema,
  StatisticsResultSchema,
} from '../../src/gen/goldmane/api_pb.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { encodeFlowResult, type GoldmaneServerOptions, serveGoldmane } from './goldmane-grpc.ts'
import { createAuthority } from '../testing/certificates.ts'

const NOW = 1_790_000_017
const BACK_FILL = { startTimeGte: -3600n }

const cleanUp: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of cleanUp.splice(0).toReversed()) await close()
})

async function start(options: GoldmaneServerOptions = {}) {
  const clock = { now: NOW }
  const goldmane = new Goldmane({ now: () => clock.now })
  const server = await serveGoldmane(goldmane, options)
  cleanUp.push(server.close)
  return { goldmane, clock, server }
}

function connect(
  port: number,
  channel: ChannelCredentials = credentials.createInsecure(),
  options: ChannelOptions = {},
) {
  const client = new Client(`127.0.0.1:${port}`, channel, options)
  cleanUp.push(() => client.close())
  return client
}

function codec<Desc extends DescMessage>(schema: Desc) {
  return {
    write: (message: MessageShape<Desc>) => Buffer.from(toBinary(schema, message)),
    read: (bytes: Buffer) => fromBinary(schema, bytes),
  }
}

function ask<In extends DescMessage, Out extends DescMessage>(
  client: Client,
  path: string,
  input: In,
  output: Out,
  request: MessageInitShape<In>,
): Promise<MessageShape<Out>> {
  return new Promise((resolve, reject) => {
    const answer = (error: ServiceError | null, value?: MessageShape<Out>) => {
      if (value === undefined) reject(error ?? new Error('neither an answer nor an error'))
      else resolve(value)
    }
    client.makeUnaryRequest(path, codec(input).write, codec(output).read, create(input, request), answer)
  })
}

function open<In extends DescMessage, Out extends DescMessage>(
  client: Client,
  path: string,
  input: In,
  output: Out,
  request: MessageInitShape<In>,
): ClientReadableStream<MessageShape<Out>> {
  return client.makeServerStreamRequest(path, codec(input).write, codec(output).read, create(input, request))
}

/** All results of a stream, and the status that ends it. */
async function drain<T>(
  call: ClientReadableStream<T>,
): Promise<{ results: T[]; code: number; details: string }> {
  const results: T[] = []
  call.on('data', (result: T) => results.push(result))
  const ended = await new Promise<{ code: number; details: string }>((resolve) => {
    call.on('error', () => {})
    call.on('status', resolve)
  })
  return { results, code: ended.code, details: ended.details }
}

function take<T>(call: ClientReadableStream<T>, count: number): Promise<T[]> {
  const results: T[] = []
  return new Promise((resolve, reject) => {
    call.on('error', reject)
    call.on('data', (result: T) => {
      results.push(result)
      if (results.length === count) resolve(results)
    })
  })
}

const list = (client: Client, request: MessageInitShape<typeof FlowListRequestSchema> = {}) =>
  ask(client, '/goldmane.Flows/List', FlowListRequestSchema, FlowListResultSchema, request)
const stream = (client: Client, request: MessageInitShape<typeof FlowStreamRequestSchema> = BACK_FILL) =>
  open(client, '/goldmane.Flows/Stream', FlowStreamRequestSchema, FlowResultSchema, request)
const statistics = (client: Client) =>
  open(client, '/goldmane.Statistics/List', StatisticsRequestSchema, StatisticsResultSchema, {})

/** A flow in the bucket that is `n` buckets before NOW's. */
const flowAgo = (n: number, destPort = 80) => buildFlow({ destPort }, { startTime: NOW - n * 15 })

/** Resolves when the condition holds; checked in every turn of the event loop. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}

describe('over gRPC', () => {
  test('List, FilterHints and Statistics answer as in process', async () => {
    const { goldmane, server } = await start()
    goldmane.ingest(flowAgo(2))
    const client = connect(server.port)
    expect(await list(client)).toEqual(goldmane.list(create(FlowListRequestSchema)))
    const type = FilterType.FilterTypeDestName
    const path = '/goldmane.Flows/FilterHints'
    const hints = await ask(client, path, FilterHintsRequestSchema, FilterHintsResultSchema, { type })
    expect(hints.hints.map(({ value }) => value)).toEqual(['api-*'])
    const { results, code } = await drain(statistics(client))
    expect(results).toEqual(goldmane.statistics(create(StatisticsRequestSchema)))
    expect(code).toBe(status.OK)
  })

  test('a stream brings the back-fill and goes on live', async () => {
    const { goldmane, clock, server } = await start()
    for (const n of [3, 2, 1, 0]) goldmane.ingest(flowAgo(n))
    const call = stream(connect(server.port))
    const arriving = take(call, 4)
    await until(() => goldmane.streams === 1)
    clock.now += 30
    goldmane.rollover()
    const starts = (await arriving).map(({ flow }) => Number(flow?.startTime))
    expect(starts).toEqual([NOW - 52, NOW - 37, NOW - 22, NOW - 7])
    call.cancel()
  })

  test('an hour of back-fill arrives whole and in order', async () => {
    const { goldmane, server } = await start()
    for (let n = 240; n >= 2; n -= 1)
      for (let port = 1; port <= 20; port += 1) goldmane.ingest(flowAgo(n, port))
    const call = stream(connect(server.port))
    const results = await take(call, 239 * 20)
    const cells = results.map(({ id, flow }) => `${flow?.startTime}/${id}`)
    expect(new Set(cells).size).toBe(239 * 20)
    const starts = results.map(({ flow }) => Number(flow?.startTime))
    expect(starts).toEqual(starts.toSorted((a, b) => a - b))
    call.cancel()
  })

  test('a refused request carries its status and message', async () => {
    const { server } = await start()
    await expect(list(connect(server.port), { startTimeGte: -1n, startTimeLt: -2n })).rejects.toMatchObject({
      code: status.UNKNOWN,
      details: 'startTimeGt (1790000016) must be less than startTimeLt (1790000015)',
    })
  })

  test('statistics of nothing are one empty result and NOT_FOUND', async () => {
    const { server } = await start()
    expect(await drain(statistics(connect(server.port)))).toEqual({
      results: [create(StatisticsResultSchema)],
      code: status.NOT_FOUND,
      details: 'No statistics matching request',
    })
  })

  test('a provoked failure in mid-stream comes after the results before it', async () => {
    const { goldmane, server } = await start()
    for (let port = 1; port <= 200; port += 1) goldmane.ingest(flowAgo(3, port))
    goldmane.fail({ call: 'Stream', code: status.DATA_LOSS, message: 'torn', afterResults: 150 })
    const { results, code, details } = await drain(stream(connect(server.port)))
    expect([results.length, code, details]).toEqual([150, status.DATA_LOSS, 'torn'])
  })

  test('an error that is no GoldmaneError becomes INTERNAL', async () => {
    const goldmane = new Goldmane({ now: () => NOW })
    goldmane.list = () => {
      throw new RangeError('a mistake')
    }
    const server = await serveGoldmane(goldmane)
    cleanUp.push(server.close)
    await expect(list(connect(server.port))).rejects.toMatchObject({
      code: status.INTERNAL,
      details: 'a mistake',
    })
  })
})

describe('a client that disconnects or does not read', () => {
  test('ends its stream in Goldmane when it cancels, idle or in the middle of back-fill', async () => {
    const { goldmane, server } = await start()
    const client = connect(server.port)
    const idle = drain(stream(client, {}))
    await until(() => goldmane.streams === 1)
    for (let port = 1; port <= 500; port += 1) goldmane.ingest(flowAgo(3, port))
    const call = stream(client)
    await take(call, 1)
    call.cancel()
    await until(() => goldmane.streams === 1)
    client.close()
    await server.close()
    expect((await idle).code).not.toBe(status.OK)
    expect(goldmane.streams).toBe(0)
  })

  test('stops the stream by not reading, and loses nothing when it reads on', async () => {
    const { goldmane, server } = await start()
    const total = 239 * 30
    for (let n = 240; n >= 2; n -= 1)
      for (let port = 1; port <= 30; port += 1) goldmane.ingest(flowAgo(n, port))
    let taken = 0
    const whole = goldmane.stream.bind(goldmane)
    goldmane.stream = (request, signal) => counted(whole(request, signal), () => (taken += 1))
    // Plain HTTP/2: a grpc-js client reads on, whether or not it is read.
    const session = connectHttp2(`http://127.0.0.1:${server.port}`)
    cleanUp.push(() => session.destroy())
    const call = session.request({
      ':method': 'POST',
      ':path': '/goldmane.Flows/Stream',
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    call.end(frame(toBinary(FlowStreamRequestSchema, create(FlowStreamRequestSchema, BACK_FILL))))
    await until(() => taken > 0)
    // The other calls give the server time to take more results, which it must not.
    const other = connect(server.port)
    for (let unchanged = 0; unchanged < 30;) {
      const before = taken
      await list(other)
      unchanged = taken === before ? unchanged + 1 : 0
    }
    expect(taken).toBeLessThan(total / 2)

    const frames = countFrames(call)
    await until(() => frames.count === total)
  })
})

/** A message as an uncompressed gRPC frame. */
function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** Counts the messages that arrive after this call. */
function countFrames(call: ClientHttp2Stream): { readonly count: number } {
  const frames = { count: 0 }
  let rest = Buffer.alloc(0)
  call.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      rest = rest.subarray(5 + rest.readUInt32BE(1))
      frames.count += 1
    }
  })
  return frames
}

async function* counted<T>(results: AsyncIterable<T>, count: () => void): AsyncGenerator<T> {
  for await (const result of results) {
    count()
    yield result
  }
}

describe('close', () => {
  test('cuts running streams at once, and the port is free again', async () => {
    const { goldmane, server } = await start()
    const ended = drain(stream(connect(server.port), {}))
    await until(() => goldmane.streams === 1)
    await server.close()
    expect((await ended).code).not.toBe(status.OK)
    await until(() => goldmane.streams === 0)
    const again = await serveGoldmane(goldmane, { port: server.port })
    cleanUp.push(again.close)
    expect(again.port).toBe(server.port)
  })
})

test('a port that is taken is an error', async () => {
  const { server } = await start()
  await expect(start({ port: server.port })).rejects.toThrow(/EADDRINUSE/)
})

describe('with mutual TLS', () => {
  const name = { 'grpc.ssl_target_name_override': 'goldmane', 'grpc.default_authority': 'goldmane' }

  test('closes although a client has connected and not done its TLS handshake', async () => {
    const authority = await createAuthority('handshake')
    const { port, close } = await serveGoldmane(new Goldmane({ now: () => NOW }), {
      tls: { ca: authority.ca, ...(await authority.server('localhost')) },
    })
    const socket = connectSocket(port, '127.0.0.1')
    await once(socket, 'connect')
    await close()
    socket.destroy()
  })

  test('a client with a certificate of the authority is served, one of another or without is not', async () => {
    const authority = await createAuthority('calico')
    const other = await createAuthority('other')
    const [pair, client, stranger] = await Promise.all([
      authority.server('goldmane'),
      authority.client(),
      other.client(),
    ])
    const { server } = await start({ tls: { ca: authority.ca, ...pair } })
    const ca = Buffer.from(authority.ca)
    const channel = (key?: string, cert?: string) =>
      key === undefined || cert === undefined
        ? credentials.createSsl(ca)
        : credentials.createSsl(ca, Buffer.from(key), Buffer.from(cert))
    expect(await list(connect(server.port, channel(client.key, client.cert), name))).toMatchObject({
      flows: [],
    })
    for (const refused of [channel(), channel(stranger.key, stranger.cert)]) {
      await expect(list(connect(server.port, refused, name))).rejects.toMatchObject({
        code: status.UNAVAILABLE,
      })
    }
  })
})

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('encodeFlowResult', () => {
  test('writes the bytes that protobuf-es writes, again and again for one key', () => {
    const flow = flowToMessage(buildFlow({ policies: { enforced: [buildEndOfTier('deny')], pending: [] } }))
    const arbitrary = fc.record({
      id: fc.bigInt({ min: 0n, max: 2n ** 62n }),
      startTime: fc.bigInt({ min: 0n, max: 2n ** 40n }),
      packetsIn: fc.bigInt({ min: 0n, max: 2n ** 62n }),
      sourceLabels: fc.array(fc.string({ unit: 'binary' })),
    })
    fc.assert(
      fc.property(arbitrary, ({ id, ...rest }) => {
        const result = create(FlowResultSchema, { id, flow: { ...flow, ...rest } })
        expect(encodeFlowResult(result).toString('hex')).toBe(hex(toBinary(FlowResultSchema, result)))
      }),
    )
  })

  test('also without a key or a flow', () => {
    for (const result of [create(FlowResultSchema, { id: 3n }), create(FlowResultSchema, { flow: {} })]) {
      expect(encodeFlowResult(result).toString('hex')).toBe(hex(toBinary(FlowResultSchema, result)))
    }
  })
})
