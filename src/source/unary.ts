/**
 * Goldmane's bounded calls, by `grpc-web` in binary mode over XMLHttpRequest. On the page, not in the worker.
 *
 * `grpc-web` hides that an answer was cut short, and tells an HTTP failure only in words; both become errors here. In
 * binary mode nothing arrives before the call ends, so a stream of results is collected.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { DescMessage, DescMethod, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
import { GrpcWebClientBase, MethodDescriptor, MethodType } from 'grpc-web'
import type { RpcError } from 'grpc-web'
import { Flows, Statistics } from '../gen/goldmane/api_pb.ts'
import type {
  FilterHintsRequestSchema,
  FilterHintsResult,
  FlowListRequestSchema,
  FlowListResult,
  StatisticsRequestSchema,
  StatisticsResult,
} from '../gen/goldmane/api_pb.ts'
import { GrpcError, grpcCode, grpcCodeOfHttp } from './grpc-error.ts'

/** Its default of 4 MiB is less than a List of 20,000 flows; this holds about 200,000. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024

const client = new GrpcWebClientBase({ format: 'binary', maxReceiveMessageSize: MAX_ANSWER_BYTES })

/**
 * Flows.List: one result per key, summed over the window. Results whose `startTime` is 0 have no data in it.
 * `endpoint` is an absolute URL with a trailing slash, here and below. Throws {@link GrpcError}, or the reason of an abort.
 */
export async function listFlows(
  endpoint: string,
  request: MessageInitShape<typeof FlowListRequestSchema>,
  signal: AbortSignal,
): Promise<FlowListResult> {
  return only(await call(endpoint, Flows.method.list, request, signal))
}

/** Flows.FilterHints: the values of one field, as stored, empty ones included. */
export async function filterHints(
  endpoint: string,
  request: MessageInitShape<typeof FilterHintsRequestSchema>,
  signal: AbortSignal,
): Promise<FilterHintsResult> {
  return only(await call(endpoint, Flows.method.filterHints, request, signal))
}

/**
 * Statistics.List, collected. Having nothing is NOT_FOUND after one empty result to Goldmane
 * (goldmane/pkg/server/statistics_service.go), and an empty list here.
 */
export async function statistics(
  endpoint: string,
  request: MessageInitShape<typeof StatisticsRequestSchema>,
  signal: AbortSignal,
): Promise<readonly StatisticsResult[]> {
  try {
    return await call(endpoint, Statistics.method.list, request, signal)
  } catch (error) {
    if (error instanceof GrpcError && error.code === 'NOT_FOUND') return []
    throw error
  }
}

function only<T>(results: readonly T[]): T {
  const [result] = results
  if (result === undefined || results.length > 1) {
    throw new GrpcError('DATA_LOSS', `one result was asked for and ${results.length} came`)
  }
  return result
}

/** All results of one call. */
async function call<Input extends DescMessage, Output extends DescMessage>(
  endpoint: string,
  method: DescMethod & { readonly input: Input; readonly output: Output },
  request: MessageInitShape<Input>,
  signal: AbortSignal,
): Promise<MessageShape<Output>[]> {
  const answers = await callBytes(
    endpoint,
    method,
    toBinary(method.input, create(method.input, request)),
    signal,
  )
  return answers.map((bytes) => {
    try {
      return fromBinary(method.output, bytes)
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      throw new GrpcError(
        'DATA_LOSS',
        `a ${method.output.typeName} cannot be read: ${words}`,
        {},
        { cause: error },
      )
    }
  })
}

/** `grpc-web` asks for the classes of messages and never makes one: ours are plain bytes. */
const asBytes = (bytes: Uint8Array): Uint8Array => bytes

/**
 * The encoded results. The events of `grpc-web` come in this order, each but `metadata` perhaps not at all: `data`,
 * `error` and `status` while the body is read; `metadata` once it has ended; then `error` when HTTP failed, or `end`.
 */
function callBytes(
  endpoint: string,
  method: DescMethod,
  request: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array[]> {
  signal.throwIfAborted()
  const path = `/${method.parent.typeName}/${method.name}`
  const descriptor = new MethodDescriptor<Uint8Array, Uint8Array>(
    path,
    MethodType.SERVER_STREAMING,
    Uint8Array,
    Uint8Array,
    asBytes,
    asBytes,
  )
  return new Promise((resolve, reject) => {
    const answers: Uint8Array[] = []
    let failure: GrpcError | null = null
    let bodyEnded = false
    let hasStatus = false
    const stream = client.serverStreaming(`${endpoint.replace(/\/$/, '')}${path}`, request, {}, descriptor)
    const abort = () => {
      stream.cancel()
      reject(signal.reason)
    }
    const settle = () => {
      signal.removeEventListener('abort', abort)
      if (failure) reject(failure)
      else if (hasStatus) resolve(answers)
      else reject(new GrpcError('UNAVAILABLE', 'the answer ended without a status'))
    }
    signal.addEventListener('abort', abort, { once: true })
    stream.on('data', (bytes) => void answers.push(bytes))
    stream.on('status', () => {
      hasStatus = true
    })
    stream.on('metadata', () => {
      bodyEnded = true
    })
    stream.on('error', (error) => {
      const next = toGrpcError(error)
      // What the trailers said counts more than what HTTP says later, which counts more than a foreign content type.
      if (!failure || failure.message === FOREIGN_ANSWER) failure = next
      if (bodyEnded) settle()
    })
    stream.on('end', settle)
  })
}

const FOREIGN_ANSWER = 'the endpoint did not answer in binary gRPC-web'

/** The codes that `grpc-web` makes up are told apart by its words: it says UNKNOWN for an HTTP 502 and for no answer. */
function toGrpcError(error: RpcError): GrpcError {
  if (error.message === 'Unknown Content-type received.')
    return new GrpcError('UNIMPLEMENTED', FOREIGN_ANSWER)
  if (error.message === 'Error in parsing response body') return new GrpcError('DATA_LOSS', error.message)
  const http = /, http status code: (\d+)$/.exec(error.message)?.[1]
  if (http === '0') return new GrpcError('UNAVAILABLE', 'nobody answered')
  if (http !== undefined) return new GrpcError(grpcCodeOfHttp(Number(http)), `HTTP ${http}`)
  return new GrpcError(grpcCode(error.code), error.message, error.metadata)
}
