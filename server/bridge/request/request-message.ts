/** Reads the one message of a gRPC-web request: every method that is served takes exactly one. */
import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../../src/lib/clock.ts'
import { GRPC } from '../../grpc/grpc-status.ts'
import { readBoundedBody } from '../../lib/bounded-body.ts'
import { COMPRESSED_FLAG, HEAD_BYTES, TRAILERS_FLAG } from '../../grpc/frame.ts'
import { RefusedCallError } from './refused-call.ts'

/** A request is a filter and a time range: a few kilobytes. */
const MAX_REQUEST_BYTES = 1 << 20

/** A body that is not whole by then is given up, so that clients that never finish theirs take nothing for long. */
export const REQUEST_TIMEOUT_MS = 5000

/**
 * The message of the request's one frame.
 * @throws RefusedCallError when the body is too large, too slow, or not exactly one uncompressed message
 */
export async function readRequestMessage(request: IncomingMessage, clock: Clock): Promise<Buffer> {
  return messageIn(await readBody(request, clock))
}

async function readBody(request: IncomingMessage, clock: Clock): Promise<Buffer> {
  const limits = { maxBytes: MAX_REQUEST_BYTES, timeoutMs: REQUEST_TIMEOUT_MS, clock }
  const body = await readBoundedBody(request, limits)
  switch (body) {
    case 'too large':
      throw refused(GRPC.RESOURCE_EXHAUSTED, `The request is larger than ${MAX_REQUEST_BYTES} bytes`, 413)
    case 'too slow':
      throw refused(
        GRPC.DEADLINE_EXCEEDED,
        `The request was not whole after ${REQUEST_TIMEOUT_MS / 1000} seconds`,
        408,
      )
    case 'broken off':
      throw refused(GRPC.CANCELLED, 'The browser went away', 400)
    default:
      return body
  }
}

function refused(code: number, message: string, http: number): RefusedCallError {
  return new RefusedCallError({ code, message }, http, true)
}

function messageIn(body: Buffer): Buffer {
  if (body.length < HEAD_BYTES) throw invalid('The request has no message')
  const flags = body.readUInt8(0)
  if (flags === COMPRESSED_FLAG)
    throw invalid('The request is compressed; only uncompressed messages are read')
  if (flags === TRAILERS_FLAG) throw invalid('The request begins with trailers, where its message should be')
  if (flags !== 0) throw invalid(`The request's frame has the flags ${flags}, which gRPC does not know`)
  const end = HEAD_BYTES + body.readUInt32BE(1)
  if (body.length < end) throw invalid('The request ends within its message')
  if (body.length > end) throw invalid('The request has more than one message')
  return body.subarray(HEAD_BYTES, end)
}

function invalid(message: string): RefusedCallError {
  return new RefusedCallError({ code: GRPC.INVALID_ARGUMENT, message })
}
