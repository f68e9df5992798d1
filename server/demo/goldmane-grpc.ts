/**
 * Serves the in-memory Goldmane over gRPC, with mutual TLS when asked, so that the gateway reaches it exactly as it
 * reaches a cluster's.
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
  /** A free port unless given. */
  readonly port?: number
  /** PEM texts; no TLS unless given. A client must then have a certificate that `ca` signed. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string }
}

export interface GoldmaneServer {
  readonly port: number
  /** Stops listening and destroys every connection with its calls. */
  readonly close: () => Promise<void>
}

/** Resolves when the server listens. Rejects when the port or the certificates cannot be used. */
export async function serveGoldmane(
  goldmane: Goldmane,
  options: GoldmaneServerOptions = {},
): Promise<GoldmaneServer> {
  const server = new Server({ interceptors: [(_method, call) => new WriteAheadCall(call)] })
  server.addService(FLOWS, {
    List: unary(goldmane, (request: FlowListRequest) => goldmane.list(request)),
    FilterHints: unary(goldmane, (request: FilterHintsRequest) => goldmane.filterHints(request)),
    Stream: streaming(goldmane, (request: FlowStreamRequest, signal) => goldmane.stream(request, signal)),
  })
  server.addService(STATISTICS, {
    List: streaming(goldmane, (request: StatisticsRequest) => statisticsResults(goldmane, request)),
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
    requestDeserialize: (bytes) => {
      refuseFlags(bytes)
      return fromBinary(input, bytes)
    },
    responseSerialize: (message) => bufferOf(toBinary(output, message)),
    responseDeserialize: (bytes) => fromBinary(output, bytes),
  }
}

/**
 * Throws, which grpc-js answers with INTERNAL, when the frame of a request had flags, as grpc-go does: a compressed
 * message was not announced, and other flags do not exist. grpc-js ignores flags, but hands over the message as a view
 * that its frame's head precedes.
 */
function refuseFlags(message: Buffer): void {
  if (message.byteOffset < 5) return
  const head = Buffer.from(message.buffer, message.byteOffset - 5, 5)
  if (head.readUInt32BE(1) === message.length && head.readUInt8(0) !== 0) {
    throw new Error(`a message with the flags ${head.readUInt8(0)}`)
  }
}

/** Cache of encoded keys: a key is most of a result, and Goldmane shares one key object among all results of a key. */
const encodedKeys = new WeakMap<FlowKey, Uint8Array>()

/** The same bytes as protobuf-es writes, with the bytes of the key from a cache. */
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

const MAX_UNWRITTEN_MESSAGES = 64

/**
 * Lets up to {@link MAX_UNWRITTEN_MESSAGES} messages queue before HTTP/2. grpc-js by itself waits for the socket after
 * each message; queued messages are written together, and an hour of back-fill takes a third of the time. Backpressure
 * holds, a few messages later.
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

function unary<Request, Answer>(
  goldmane: Goldmane,
  answer: (request: Request) => Answer,
): handleUnaryCall<Request, Answer> {
  return (call, callback) => {
    const reply = () => {
      let value: Answer
      try {
        value = answer(call.request)
      } catch (error) {
        callback(statusOfError(error))
        return
      }
      callback(null, value)
    }
    if (goldmane.hanging === null) reply()
    else void goldmane.hanging.then(reply)
  }
}

type Results<Result> = AsyncIterable<Result> | Iterable<Result>

function streaming<Request, Result>(
  goldmane: Goldmane,
  open: (request: Request, signal: AbortSignal) => Results<Result>,
): handleServerStreamingCall<Request, Result> {
  return (call) => void sendResults(goldmane, call, (signal) => open(call.request, signal))
}

/** Writes the results with backpressure, and stops when the client goes away. Never rejects. */
async function sendResults<Request, Result>(
  goldmane: Goldmane,
  call: ServerWritableStream<Request, Result>,
  open: (signal: AbortSignal) => Results<Result>,
): Promise<void> {
  const over = new AbortController()
  const stop = () => over.abort()
  call.once('cancelled', stop)
  call.once('close', stop)
  try {
    await goldmane.hanging
    for await (const result of open(over.signal)) {
      if (over.signal.aborted) return
      if (!call.write(result)) await once(call, 'drain', { signal: over.signal })
    }
    call.end()
  } catch (error) {
    // grpc-js sends an emitted error as the status of the call, after the messages that were written.
    if (!over.signal.aborted) call.emit('error', statusOfError(error))
  }
}

/**
 * Goldmane sends an empty result before NOT_FOUND, because some proxies lose the trailers of an answer without a body.
 */
function* statisticsResults(goldmane: Goldmane, request: StatisticsRequest): Generator<StatisticsResult> {
  try {
    yield* goldmane.statistics(request)
  } catch (error) {
    if (error instanceof GoldmaneError && error.code === STATUS.NOT_FOUND)
      yield create(StatisticsResultSchema)
    throw error
  }
}

/** The status of an error; INTERNAL for all but a GoldmaneError, because any other error is a bug. */
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

/** Milliseconds for a connection that has not done its TLS handshake: it is no session yet, and forceShutdown misses it. */
const MAX_CLOSING_MS = 1000

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, MAX_CLOSING_MS)
    // In this order: tryShutdown calls back when all is closed, and forceShutdown, which does not call back, closes all.
    server.tryShutdown(() => {
      clearTimeout(timer)
      resolve()
    })
    server.forceShutdown()
  })
}
