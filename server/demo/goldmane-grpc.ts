/**
 * The in-memory Goldmane on a port: real gRPC over HTTP/2, over mutual TLS when asked, so that the gateway reaches it
 * exactly as it reaches a cluster's.
 */
import { once } from 'node:events'

import {
  create,
  type DescMessage,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type MethodDefinition,
  Server,
  ServerInterceptingCall,
  ServerCredentials,
  type ServerWritableStream,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js'

import {
  type FilterHintsRequest,
  type FlowKey,
  FlowKeySchema,
  type FlowListRequest,
  type FlowResult,
  FlowResultSchema,
  Flows,
  FlowSchema,
  type FlowStreamRequest,
  Statistics,
  type StatisticsRequest,
  type StatisticsResult,
  StatisticsResultSchema,
} from '../../src/gen/goldmane/api_pb.ts'
import { GoldmaneError, STATUS } from '../../src/goldmane/goldmane-error.ts'
import type { Goldmane } from '../../src/goldmane/goldmane.ts'

export interface GoldmaneServerOptions {
  /** 127.0.0.1 unless given. */
  readonly host?: string
  /** A free one unless given. */
  readonly port?: number
  /** PEM texts. With them a client must show a certificate that `ca` signed; without, there is no TLS. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string }
}

export interface GoldmaneServer {
  readonly port: number
  /** Stops listening and cuts every connection, with whatever runs on it. */
  readonly close: () => Promise<void>
}

/** Resolves when it listens. Rejects when the port or the certificates cannot be used. */
export async function serveGoldmane(
  goldmane: Goldmane,
  options: GoldmaneServerOptions = {},
): Promise<GoldmaneServer> {
  const server = new Server({ interceptors: [(_method, call) => new WriteAheadCall(call)] })
  server.addService(FLOWS, {
    List: unary((request: FlowListRequest) => goldmane.list(request)),
    FilterHints: unary((request: FilterHintsRequest) => goldmane.filterHints(request)),
    Stream: streaming((request: FlowStreamRequest, signal) => goldmane.stream(request, signal)),
  })
  server.addService(STATISTICS, {
    List: streaming((request: StatisticsRequest) => statisticsResults(goldmane, request)),
  })
  const port = await listen(server, options)
  return { port, close: () => close(server) }
}

const FLOWS = {
  List: methodDefinition(Flows.method.list),
  FilterHints: methodDefinition(Flows.method.filterHints),
  Stream: { ...methodDefinition(Flows.method.stream), responseSerialize: encodeFlowResult },
} satisfies ServiceDefinition

const STATISTICS = { List: methodDefinition(Statistics.method.list) } satisfies ServiceDefinition

function methodDefinition<I extends DescMessage, O extends DescMessage>(
  described: DescMethodUnary<I, O> | DescMethodServerStreaming<I, O>,
): MethodDefinition<MessageShape<I>, MessageShape<O>> {
  const { input, output } = described
  return {
    path: `/${described.parent.typeName}/${described.name}`,
    requestStream: false,
    responseStream: described.methodKind === 'server_streaming',
    requestSerialize: (message) => bufferOf(toBinary(input, message)),
    requestDeserialize: (bytes) => fromBinary(input, bytes),
    responseSerialize: (message) => bufferOf(toBinary(output, message)),
    responseDeserialize: (bytes) => fromBinary(output, bytes),
  }
}

const encodedKeys = new WeakMap<FlowKey, Uint8Array>()

/**
 * The bytes that protobuf-es would write, for less: a key is most of a result, and Goldmane shares one key object among
 * all results of a key, so it is encoded once.
 */
export function encodeFlowResult(result: FlowResult): Buffer {
  const { id, flow } = result
  if (flow?.Key === undefined) return bufferOf(toBinary(FlowResultSchema, result))
  let key = encodedKeys.get(flow.Key)
  if (key === undefined) encodedKeys.set(flow.Key, (key = toBinary(FlowKeySchema, flow.Key)))
  const flowBytes = new BinaryWriter()
    .tag(FlowSchema.field.Key.number, WireType.LengthDelimited)
    .bytes(key)
    .raw(toBinary(FlowSchema, { ...flow, Key: undefined }))
    .finish()
  const writer = new BinaryWriter()
  if (id !== 0n) writer.tag(FlowResultSchema.field.id.number, WireType.Varint).int64(id)
  writer.tag(FlowResultSchema.field.flow.number, WireType.LengthDelimited).bytes(flowBytes)
  return bufferOf(writer.finish())
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Messages handed to HTTP/2 that it has not written yet, at most. */
const MAX_UNWRITTEN_MESSAGES = 64

/**
 * grpc-js hands over one message, waits until the socket has taken it, and then asks for the next. Letting some run ahead
 * lets HTTP/2 write them together: an hour of back-fill takes a third of the time. A client that does not read still
 * stops the stream, a few messages later.
 */
class WriteAheadCall extends ServerInterceptingCall {
  #unwritten = 0
  #next: (() => void) | null = null

  override sendMessage(message: unknown, next: () => void): void {
    this.#unwritten += 1
    super.sendMessage(message, () => {
      this.#unwritten -= 1
      const waiting = this.#next
      this.#next = null
      waiting?.()
    })
    if (this.#unwritten < MAX_UNWRITTEN_MESSAGES) next()
    else this.#next = next
  }
}

function unary<Request, Answer>(answer: (request: Request) => Answer): handleUnaryCall<Request, Answer> {
  return (call, callback) => {
    let value: Answer
    try {
      value = answer(call.request)
    } catch (error) {
      callback(statusOfError(error))
      return
    }
    callback(null, value)
  }
}

type Results<Result> = AsyncIterable<Result> | Iterable<Result>

function streaming<Request, Result>(
  open: (request: Request, signal: AbortSignal) => Results<Result>,
): handleServerStreamingCall<Request, Result> {
  return (call) => void sendResults(call, (signal) => open(call.request, signal))
}

/** Writes no faster than the client reads, and stops when it goes away. Never rejects. */
async function sendResults<Request, Result>(
  call: ServerWritableStream<Request, Result>,
  open: (signal: AbortSignal) => Results<Result>,
): Promise<void> {
  const over = new AbortController()
  const stop = () => over.abort()
  call.once('cancelled', stop)
  call.once('close', stop)
  try {
    for await (const result of open(over.signal)) {
      if (over.signal.aborted) return
      if (!call.write(result)) await once(call, 'drain', { signal: over.signal })
    }
    call.end()
  } catch (error) {
    // grpc-js sends an emitted error as the status, after what was written.
    if (!over.signal.aborted) call.emit('error', statusOfError(error))
  }
}

/** Upstream puts an empty result before NOT_FOUND, for proxies that lose the trailers of an answer without a body. */
function* statisticsResults(goldmane: Goldmane, request: StatisticsRequest): Generator<StatisticsResult> {
  try {
    yield* goldmane.statistics(request)
  } catch (error) {
    if (error instanceof GoldmaneError && error.code === STATUS.NOT_FOUND)
      yield create(StatisticsResultSchema)
    throw error
  }
}

/** What is no GoldmaneError is a mistake of ours. */
function statusOfError(error: unknown): { code: number; details: string } {
  if (error instanceof GoldmaneError) return { code: error.code, details: error.message }
  return { code: status.INTERNAL, details: error instanceof Error ? error.message : String(error) }
}

function listen(
  server: Server,
  { host = '127.0.0.1', port = 0, tls }: GoldmaneServerOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const credentials =
      tls === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(
            Buffer.from(tls.ca),
            [{ cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) }],
            true,
          )
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
    server.bindAsync(address, credentials, (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    )
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The order matters: the first call reports when all is closed, the second one closes it without waiting.
    server.tryShutdown(() => resolve())
    server.forceShutdown()
  })
}
