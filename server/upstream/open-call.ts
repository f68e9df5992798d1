/** Requests that the gateway itself sends to Goldmane. */
import { type DescMessage, type MessageInitShape, create, toBinary } from '@bufbuild/protobuf'
import { constants, type OutgoingHttpHeaders } from 'node:http2'
import { encodeFrame } from '../grpc/frame.ts'
import type { Upstream, UpstreamCall } from './upstream.ts'

/** A request message as one uncompressed gRPC frame. */
export function encodeRequest<Desc extends DescMessage>(
  schema: Desc,
  request: MessageInitShape<Desc>,
): Buffer {
  return encodeFrame(toBinary(schema, create(schema, request)))
}

/** `path` is a method such as `/goldmane.Flows/List`. */
export function requestHeaders(path: string): OutgoingHttpHeaders {
  return {
    ':path': path,
    'content-type': 'application/grpc+proto',
    te: 'trailers',
    'user-agent': 'flowtrace',
  }
}

/**
 * As `Upstream.call`, but resolves with null as soon as the signal fires: connecting can take ten seconds. A call that
 * opens after that is cancelled.
 */
export function openCall(
  upstream: Upstream,
  headers: OutgoingHttpHeaders,
  body: Buffer,
  signal: AbortSignal,
): Promise<UpstreamCall | null> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve(null)
    const abort = () => resolve(null)
    signal.addEventListener('abort', abort, { once: true })
    upstream.call(headers, body).then((call) => {
      signal.removeEventListener('abort', abort)
      if (signal.aborted) call.stream.close(constants.NGHTTP2_CANCEL)
      resolve(call)
    }, reject)
  })
}
