/** For browser benchmarks: a gateway to a server that answers Goldmane's stream with bytes encoded beforehand. */
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import process from 'node:process'
import { Readable } from 'node:stream'

import { create, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

import { type Gateway, startGateway } from '../server/gateway/gateway.ts'
import { flowToMessage } from '../src/wire/testing/flow-to-message.ts'
import type { Flow } from '../src/flows/flow.ts'
import { FlowKeySchema, FlowSchema } from '../src/gen/goldmane/api_pb.ts'
import { encodeFrame } from '../src/source/grpc-web-frame.ts'
import type { Traffic } from './traffic.ts'

/** A write of the server. */
const CHUNK_BYTES = 256 * 1024
/** The parts of an encoded flow that are the same in all records of a key. */
interface KeyParts {
  readonly key: Uint8Array
  readonly labels: Uint8Array
}

function partsOf(flow: Flow): KeyParts {
  const { Key: key, sourceLabels, destLabels } = flowToMessage(flow)
  if (key === undefined) throw new Error('a flow without a key')
  return {
    key: toBinary(FlowKeySchema, key),
    labels: toBinary(FlowSchema, create(FlowSchema, { sourceLabels, destLabels })),
  }
}

/** A message FlowResult, its fields in the order of their numbers, as Goldmane writes them. */
function resultOf(id: number, flow: Flow, { key, labels }: KeyParts): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(key)
  writer.tag(2, WireType.Varint).int64(flow.startTime)
  writer.tag(3, WireType.Varint).int64(flow.endTime)
  writer.raw(labels)
  const counters = [
    flow.packetsIn,
    flow.packetsOut,
    flow.bytesIn,
    flow.bytesOut,
    flow.numConnectionsStarted,
    flow.numConnectionsCompleted,
    flow.numConnectionsLive,
  ]
  // Protobuf leaves out what is 0.
  for (const [i, value] of counters.entries())
    if (value !== null && value !== 0) writer.tag(6 + i, WireType.Varint).int64(value)
  const result = new BinaryWriter().tag(1, WireType.Varint).int64(id)
  return result.tag(2, WireType.LengthDelimited).bytes(writer.finish()).finish()
}

/**
 * The flows as gRPC frames of FlowResult, in chunks of about {@link CHUNK_BYTES}. `id` is that of the flow's key. Flows of
 * one key object have the same labels; what they share is encoded once.
 */
export function framesOf(flows: Iterable<{ readonly id: number; readonly flow: Flow }>): Buffer[] {
  const known = new Map<Flow['key'], KeyParts>()
  const chunks: Buffer[] = []
  let frames: Uint8Array[] = []
  let bytes = 0
  const flush = () => {
    if (bytes > 0) chunks.push(Buffer.concat(frames))
    frames = []
    bytes = 0
  }
  for (const { id, flow } of flows) {
    const parts = known.get(flow.key) ?? partsOf(flow)
    known.set(flow.key, parts)
    const frame = encodeFrame(resultOf(id, flow, parts))
    frames.push(frame)
    bytes += frame.length
    if (bytes >= CHUNK_BYTES) flush()
  }
  flush()
  return chunks
}

/** All records of a traffic set as chunks of frames, and their bytes. */
export function framesOfTraffic({ rows, keys, flow }: Traffic): { chunks: Buffer[]; bytes: number } {
  const flows = function* () {
    // The number of the record's key, as traffic() chooses it, from 1.
    for (let i = 0; i < rows; i++) yield { id: ((i * 7919) % keys) + 1, flow: flow(i) }
  }
  const chunks = framesOf(flows())
  return { chunks, bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0) }
}

/** Answers every stream with `chunks`, as fast as they are read; `send` appends more to all open streams. */
async function serveChunks(
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
    // A live stream has no end.
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

/** The folder of the built page. scripts/bench.mjs sets it anew for each build that it measures. */
export const builtPage = (): string => process.env['FLOWTRACE_CLIENT'] ?? 'dist/client'

export interface CannedCluster {
  readonly url: string
  /** Sends more to all open streams. */
  readonly send: (more: readonly Buffer[]) => void
  readonly close: () => Promise<void>
}

/** Starts the gateway to a server that answers each stream with `chunks`. */
export async function startCannedCluster(chunks: readonly Buffer[]): Promise<CannedCluster> {
  const server = await serveChunks(chunks)
  const gateway: Gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    staticDir: builtPage(),
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
