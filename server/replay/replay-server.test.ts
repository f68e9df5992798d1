// A replay on a real port, for clients of gRPC and of gRPC-web.
import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { Client, credentials } from '@grpc/grpc-js'
import { describe, expect, onTestFinished, test } from 'vitest'
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
  StatisticType,
} from '../../src/gen/goldmane/api_pb.ts'
import { ensure } from '../../src/lib/assert.ts'
import { flowAt } from '../testing/followed-goldmane.ts'
import { callWeb, frame, post } from '../testing/grpc-web-client.ts'
import { CapturePlayer } from './capture-player.ts'
import { serveReplay } from './replay-server.ts'

const START = 1_700_000_010

/** Three records in each of three buckets, all at once. */
async function startReplay() {
  const starts = [START, START + 15, START + 30]
  const buckets = new Map(starts.map((start) => [start, [80, 443, 5432].map((port) => flowAt(start, port))]))
  const capture = { buckets, first: START, last: START + 30, records: 9 }
  const player = new CapturePlayer(capture, { speed: null, loop: false, fromNow: false })
  const server = await serveReplay(player.goldmane, { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    player.close()
    await server.close()
  })
  const { port } = server
  return { port, base: `http://127.0.0.1:${port}/`, goldmane: player.goldmane }
}

function framed<Desc extends DescMessage>(schema: Desc, request: MessageInitShape<Desc>): Buffer {
  return frame(Buffer.from(toBinary(schema, create(schema, request))))
}

/** The first `count` results of Flows.Stream over gRPC, as `bucket/port`. */
async function streamed(port: number, count: number): Promise<string[]> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  onTestFinished(() => client.close())
  const call = client.makeServerStreamRequest(
    '/goldmane.Flows/Stream',
    (request: Buffer) => request,
    (bytes: Buffer) => fromBinary(FlowResultSchema, bytes),
    Buffer.from(toBinary(FlowStreamRequestSchema, create(FlowStreamRequestSchema, { startTimeGte: 1n }))),
  )
  // A cancelled call ends with an error.
  call.on('error', () => undefined)
  const results: string[] = []
  for await (const { flow } of call) {
    results.push(`${flow?.startTime}/${flow?.Key?.destPort}`)
    if (results.length === count) break
  }
  call.cancel()
  return results
}

const ALL = [START, START + 15, START + 30].flatMap((start) =>
  [80, 443, 5432].map((port) => `${start}/${port}`),
)

test('a client of gRPC streams the capture', async () => {
  const { port, goldmane } = await startReplay()
  expect(await streamed(port, 9)).toEqual(ALL)
  // The end of the call has reached Goldmane.
  await expect.poll(() => goldmane.streams).toBe(0)
})

describe('a client of gRPC-web', () => {
  test('lists flows', async () => {
    const { base } = await startReplay()
    const { status, messages } = await callWeb(base, { body: framed(FlowListRequestSchema, {}) })
    expect(status).toBe(0)
    const { flows } = fromBinary(FlowListResultSchema, ensure(messages[0], 'list'))
    expect(flows.map(({ flow }) => Number(flow?.Key?.destPort)).sort((a, b) => a - b)).toEqual([
      80, 443, 5432,
    ])
  })

  test('asks for hints and statistics', async () => {
    const { base } = await startReplay()
    const hints = await callWeb(base, {
      path: 'goldmane.Flows/FilterHints',
      body: framed(FilterHintsRequestSchema, { type: FilterType.FilterTypeDestNamespace }),
    })
    expect(hints.messages.map((bytes) => fromBinary(FilterHintsResultSchema, bytes).hints[0]?.value)).toEqual(
      ['backend'],
    )
    const statistics = await callWeb(base, {
      path: 'goldmane.Statistics/List',
      body: framed(StatisticsRequestSchema, { type: StatisticType.PacketCount }),
    })
    expect(statistics.status).toBe(0)
    const [result] = statistics.messages.map((bytes) => fromBinary(StatisticsResultSchema, bytes))
    expect(result?.policy?.name).toBe('allow-all')
  })

  test('streams, message by message, until it goes away', async () => {
    const { base, goldmane } = await startReplay()
    const ending = new AbortController()
    const response = await post(base, {
      path: 'goldmane.Flows/Stream',
      body: framed(FlowStreamRequestSchema, { startTimeGte: 1n }),
      signal: ending.signal,
    })
    const reader = ensure(response.body, 'body').getReader()
    let bytes = Buffer.alloc(0)
    const results: string[] = []
    while (results.length < 9) {
      const { value } = await reader.read()
      bytes = Buffer.concat([bytes, ensure(value, 'chunk')])
      while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32BE(1)) {
        const end = 5 + bytes.readUInt32BE(1)
        const { flow } = fromBinary(FlowResultSchema, bytes.subarray(5, end))
        results.push(`${flow?.startTime}/${flow?.Key?.destPort}`)
        bytes = bytes.subarray(end)
      }
    }
    expect(results).toEqual(ALL)
    ending.abort()
    await expect.poll(() => goldmane.streams).toBe(0)
  })

  test('gets the status of a call that fails', async () => {
    const { base } = await startReplay()
    const reversed = framed(FlowListRequestSchema, { startTimeGte: 20n, startTimeLt: 10n })
    expect(await callWeb(base, { body: reversed })).toMatchObject({ status: 2, message: /must be less/ })
    expect(await callWeb(base, { path: 'goldmane.Flows/None' })).toMatchObject({ status: 12 })
  })

  test.each([
    ['a page of another origin', { headers: { origin: 'http://evil.example' } }, 403],
    ['another content type', { headers: { 'content-type': 'application/json' } }, 415],
    ['a request that is too long', { body: Buffer.alloc((1 << 20) + 1) }, 413],
  ])('is refused as %s', async (_, call, status) => {
    const { base } = await startReplay()
    expect((await post(base, call)).status).toBe(status)
  })

  test('is refused under a name that is not of this machine', async () => {
    const { port } = await startReplay()
    const socket = connectSocket({ port, host: '127.0.0.1' })
    onTestFinished(() => void socket.destroy())
    socket.write('POST /goldmane.Flows/List HTTP/1.1\r\nHost: rebound.example\r\n\r\n')
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 403 /)
  })
})

test('a preface that comes byte by byte is HTTP/2', async () => {
  const { port } = await startReplay()
  const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  for (const byte of Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')) {
    socket.write(Buffer.from([byte]))
    await new Promise((resolve) => void setImmediate(resolve))
  }
  const [answer] = await once(socket, 'data')
  // A SETTINGS frame: type 4 of stream 0 (RFC 9113, 6.5).
  expect(answer).toMatchObject({ 3: 4, 5: 0, 8: 0 })
})
