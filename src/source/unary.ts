/**
 * Goldmane's calls that end by themselves: List, FilterHints and Statistics, by the library `grpc-web` in binary mode
 * over XMLHttpRequest. They are made on the page, not in the worker.
 *
 * `grpc-web` hides that an answer was cut off, and reports an HTTP failure only in the text of its message; both become
 * a {@link GrpcError} here. In binary mode no result arrives before the call ends, so results are collected in a list.
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
import { messageOf } from './error-message.ts'
import { GrpcError, grpcCode, grpcCodeOfHttp } from './grpc-error.ts'

/** Enough for a List of about 200,000 flows. The default of `grpc-web`, 4 MiB, is not enough for 20,000. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024

const client = new GrpcWebClientBase({ format: 'binary', maxReceiveMessageSize: MAX_ANSWER_BYTES })

/**
 * Calls Flows.List: one result per key, summed over the time range. A result whose `startTime` is 0 has no data in it.
 * `endpoint` is an absolute URL with a trailing slash, here and below. Throws {@link GrpcError}, or the signal's reason
 * after an abort.
 */
export async function listFlows(
  endpoint: string,
  request: MessageInitShape<typeof FlowListRequestSchema>,
  signal: AbortSignal,
): Promise<FlowListResult> {
  return onlyResult(await callMethod(endpoint, Flows.method.list, request, signal))
}

/** Calls Flows.FilterHints: the distinct values of one field as stored, the empty one included. */
export async function filterHints(
  endpoint: string,
  request: MessageInitShape<typeof FilterHintsRequestSchema>,
  signal: AbortSignal,
): Promise<FilterHintsResult> {
  return onlyResult(await callMethod(endpoint, Flows.method.filterHints, request, signal))
}

/**
 * Calls Statistics.List and collects its results. Returns an empty list where Goldmane answers NOT_FOUND after one
 * empty result (goldmane/pkg/server/statistics_service.go).
 */
export async function statistics(
  endpoint: string,
  request: MessageInitShape<typeof StatisticsRequestSchema>,
  signal: AbortSignal,
): Promise<readonly StatisticsResult[]> {
  try {
    return await callMethod(endpoint, Statistics.method.list, request, signal)
  } catch (error) {
    if (error instanceof GrpcError && error.code === 'NOT_FOUND') return []
    throw error
  }
}

function onlyResult<T>(results: readonly T[]): T {
  const [result] = results
  if (result === undefined || results.length > 1) {
    throw new GrpcError('DATA_LOSS', `one result was asked for and ${results.length} came`)
  }
  return result
}

/** Returns the decoded results of one call. */
async function callMethod<Input extends DescMessage, Output extends DescMessage>(
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
      throw new GrpcError(
        'DATA_LOSS',
        `a ${method.output.typeName} cannot be read: ${messageOf(error)}`,
        {},
        { cause: error },
      )
    }
  })
}

/** Messages are plain bytes to `grpc-web`, which asks for functions that encode and decode them. */
const asBytes = (bytes: Uint8Array): Uint8Array => bytes

/**
 * Returns the encoded results of one call. `grpc-web` emits its events in this order, and only `metadata` for certain:
 * `data`, `error` and `status` while it reads the body; `metadata` after the body; then `error` when HTTP failed, or
 * `end`.
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
      // The first error counts, that of the trailers. Only a foreign content type gives way to the HTTP status after
      // it.
      if (!failure || failure.message === FOREIGN_ANSWER) failure = next
      if (bodyEnded) settle()
    })
    stream.on('end', settle)
  })
}

const FOREIGN_ANSWER = 'the endpoint did not answer in binary gRPC-web'

/**
 * Parses the text of the message, because `grpc-web` gives an HTTP 502 and a failed connection the same code, UNKNOWN.
 */
function toGrpcError(error: RpcError): GrpcError {
  if (error.message === 'Unknown Content-type received.')
    return new GrpcError('UNIMPLEMENTED', FOREIGN_ANSWER)
  if (error.message === 'Error in parsing response body') return new GrpcError('DATA_LOSS', error.message)
  const http = /, http status code: (\d+)$/.exec(error.message)?.[1]
  if (http === '0') return new GrpcError('UNAVAILABLE', 'nobody answered')
  if (http !== undefined) return new GrpcError(grpcCodeOfHttp(Number(http)), `HTTP ${http}`)
  return new GrpcError(grpcCode(error.code), error.message, error.metadata)
}
