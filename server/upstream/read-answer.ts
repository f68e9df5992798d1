/** Reads the answer of one call to Goldmane: its messages, and how it ended. */
import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2'
import { GRPC, statusOfHttp, statusOfReset, type GrpcStatus } from '../grpc/grpc-status.ts'
import { MessageReader, UnreadableAnswerError } from '../grpc/message-reader.ts'
import { parseTrailers, percentDecode, type Trailers } from '../grpc/trailers.ts'
import type { UpstreamCall } from './upstream.ts'

export interface AnswerOptions {
  readonly maxMessageBytes: number
  /** The bytes are valid until the function returns. */
  readonly onMessage: (message: Buffer) => void
  /** Called when the server has answered at all, before its first message. */
  readonly onHeaders?: () => void
  /** Cancels the call; the answer then ends with CANCELLED. */
  readonly signal: AbortSignal
}

/**
 * Resolves with the status when the call is over; never rejects. What Goldmane sends and we do not read (see
 * {@link MessageReader}) ends the call with UNIMPLEMENTED, because asking again would bring the same.
 */
export function readAnswer(call: UpstreamCall, options: AnswerOptions): Promise<GrpcStatus> {
  const { stream } = call
  const { signal } = options
  return new Promise((resolve) => {
    const reader = new MessageReader(options.maxMessageBytes, options.onMessage)
    let trailers: Trailers | null = null
    let bodyEnded = false
    const settle = (status: GrpcStatus) => {
      signal.removeEventListener('abort', abort)
      resolve(status)
    }
    const end = (status: GrpcStatus) => {
      settle(status)
      stream.removeAllListeners('data')
      stream.resume()
      stream.close(constants.NGHTTP2_CANCEL)
    }
    const abort = () => end({ code: GRPC.CANCELLED, message: 'The gateway cancelled the call' })
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })

    stream.once('response', (headers) => {
      options.onHeaders?.()
      const atOnce = statusInHeaders(headers)
      if (atOnce !== null) return end(atOnce)
      stream.on('data', (chunk: Buffer) => {
        try {
          reader.read(chunk)
        } catch (error) {
          if (!(error instanceof UnreadableAnswerError)) throw error
          end({ code: GRPC.UNIMPLEMENTED, message: error.message })
        }
      })
    })
    stream.once('trailers', (headers) => {
      trailers = parseTrailers(headers)
    })
    stream.once('end', () => {
      bodyEnded = true
    })
    stream.once('close', () => {
      // An OK status counts only when every byte before it was read, and the last message is whole.
      const isWhole = bodyEnded && reader.isAtBoundary
      settle(
        trailers !== null && (isWhole || trailers['grpc-status'] !== '0')
          ? statusOfTrailers(trailers)
          : statusOfBreak(stream, call.isConnectionLost()),
      )
    })
  })
}

/** The status of an answer without messages; null when messages may follow. */
function statusInHeaders(headers: IncomingHttpHeaders): GrpcStatus | null {
  const trailers = parseTrailers(headers)
  if (trailers !== null) return statusOfTrailers(trailers)
  const http = Number(headers[':status'])
  const contentType = headers['content-type']
  const isGrpc = http === 200 && /^application\/grpc(\+|;|$)/.test(contentType ?? '')
  return isGrpc ? null : statusOfHttp(http, contentType)
}

function statusOfTrailers(trailers: Trailers): GrpcStatus {
  return {
    code: Number(trailers['grpc-status']),
    message: percentDecode(trailers['grpc-message'] ?? ''),
  }
}

function statusOfBreak(stream: ClientHttp2Stream, connectionLost: boolean): GrpcStatus {
  if (connectionLost) return { code: GRPC.UNAVAILABLE, message: 'The connection to Goldmane was lost' }
  if (stream.rstCode === constants.NGHTTP2_NO_ERROR) {
    return { code: GRPC.INTERNAL, message: 'Goldmane ended the call without a status' }
  }
  return statusOfReset(stream.rstCode)
}
