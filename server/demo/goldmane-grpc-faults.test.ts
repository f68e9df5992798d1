// What the in-memory Goldmane does on purpose over gRPC: it hangs, goes on, and refuses frames with flags.
import { type DescMessage, type MessageInitShape, create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { once } from 'node:events'
import { type ClientHttp2Stream, connect } from 'node:http2'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { buildFlow } from '../../src/flows/testing/build.ts'
import {
  FlowListRequestSchema,
  FlowListResultSchema,
  FlowStreamRequestSchema,
} from '../../src/gen/goldmane/api_pb.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { MessageReader } from '../grpc/message-reader.ts'
import { serveGoldmane } from './goldmane-grpc.ts'

const NOW = 1_790_000_017

async function start() {
  const clock = { now: NOW }
  const goldmane = new Goldmane({ now: () => clock.now })
  const server = await serveGoldmane(goldmane)
  const session = connect(`http://127.0.0.1:${server.port}`)
  onTestFinished(() => {
    session.destroy()
    return server.close()
  })
  /** Calls a method with one frame of these flags. */
  const call = <Desc extends DescMessage>(
    method: string,
    schema: Desc,
    request: MessageInitShape<Desc>,
    flags = 0,
  ): ClientHttp2Stream => {
    const message = toBinary(schema, create(schema, request))
    const head = Buffer.alloc(5)
    head.writeUInt8(flags, 0)
    head.writeUInt32BE(message.length, 1)
    const stream = session.request({
      ':method': 'POST',
      ':path': `/goldmane.Flows/${method}`,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    stream.end(Buffer.concat([head, message]))
    return stream
  }
  /** Resolves when the server has handled what was sent before. */
  const settled = () => new Promise<void>((resolve) => void session.ping(() => resolve()))
  return { goldmane, clock, call, settled }
}

/** Collects copies of the messages of an answer, from now on. */
function messagesOf(stream: ClientHttp2Stream): Buffer[] {
  const messages: Buffer[] = []
  const reader = new MessageReader(1 << 20, (message) => messages.push(Buffer.from(message)))
  stream.on('data', (chunk: Buffer) => reader.read(chunk))
  return messages
}

function flowIn(time: number, destPort: number) {
  return buildFlow({ destPort }, { startTime: time, endTime: time + 15 })
}

test.each([
  [0, '0'],
  [1, '13'],
  [0x7f, '13'],
  [0x80, '13'],
])('a request whose frame has the flags %i gets status %s', async (flags, expected) => {
  const { call } = await start()
  const stream = call('List', FlowListRequestSchema, { startTimeGte: -60n }, flags)
  const statuses: unknown[] = []
  for (const event of ['response', 'trailers']) {
    stream.on(event, (headers: Record<string, unknown>) => statuses.push(headers['grpc-status']))
  }
  stream.resume()
  await once(stream, 'close')
  expect(statuses.filter((status) => status !== undefined)).toEqual([expected])
})

describe('a Goldmane that hangs', () => {
  test('answers no call until it goes on; its ring stands still, and drops what is later', async () => {
    const { goldmane, clock, call, settled } = await start()
    goldmane.ingest(flowIn(NOW - 60, 1))
    goldmane.hang()
    const stream = call('List', FlowListRequestSchema, {})
    const messages = messagesOf(stream)
    clock.now += 60
    expect(goldmane.ingest(flowIn(clock.now, 2))).toBe(false)
    expect(goldmane.losses.flowsOutsideRing).toBe(1)
    await settled()
    await settled()
    expect(messages).toEqual([])
    goldmane.resume()
    await once(stream, 'close')
    expect(messages.map((message) => fromBinary(FlowListResultSchema, message).flows.length)).toEqual([1])
  })

  test('after some results sends them, and the others when it goes on', async () => {
    const { goldmane, call } = await start()
    for (let port = 1; port <= 5; port++) goldmane.ingest(flowIn(NOW - 60, port))
    goldmane.hang({ afterResults: 2 })
    const messages = messagesOf(call('Stream', FlowStreamRequestSchema, { startTimeGte: -3600n }))
    await vi.waitFor(() => expect([messages.length, goldmane.hanging === null]).toEqual([2, false]))
    goldmane.resume()
    await vi.waitFor(() => expect(messages).toHaveLength(5))
  })
})
