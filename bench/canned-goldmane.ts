/** For browser benchmarks: a gateway to a server that answers Goldmane's stream with bytes encoded beforehand. */
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import process from 'node:process'
import { Readable } from 'node:stream'

import { create, toBinary } from '@bufbuild/protobuf'

import { type Gateway, startGateway } from '../server/gateway/gateway.ts'
import { flowToMessage } from '../src/wire/testing/flow-to-message.ts'
import type { Flow } from '../src/flows/flow.ts'
import { FlowResultSchema } from '../src/gen/goldmane/api_pb.ts'
import { encodeFrame } from '../src/source/grpc-web-frame.ts'

/** A write of the server. */
const CHUNK_BYTES = 256 * 1024
/** The built page; scripts/bench.mjs says where. */
const CLIENT = process.env['FLOWTRACE_CLIENT'] ?? 'dist/client'

/** The flows as gRPC frames of FlowResult, cut into chunks of {@link CHUNK_BYTES}. `id` is that of the flow's key. */
export function framesOf(flows: Iterable<{ readonly id: number; readonly flow: Flow }>): Buffer[] {
  const frames: Uint8Array[] = []
  for (const { id, flow } of flows) {
    const result = create(FlowResultSchema, { id: BigInt(id), flow: flowToMessage(flow) })
    frames.push(encodeFrame(toBinary(FlowResultSchema, result)))
  }
  const whole = Buffer.concat(frames)
  return Array.from({ length: Math.ceil(whole.length / CHUNK_BYTES) }, (_, i) =>
    whole.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES),
  )
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
    staticDir: CLIENT,
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
