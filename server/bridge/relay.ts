/** Pipes one call's answer from Goldmane to the browser, until the call ends, is cancelled or breaks. */
import type { ServerResponse } from 'node:http'
import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2'
import { beginAnswer } from './grpc-web-answer.ts'
import { abortStatus } from './call-abort.ts'
import { FrameBoundary } from '../grpc/frame-boundary.ts'
import { GRPC, statusOfHttp, statusOfReset, type GrpcStatus } from '../grpc/grpc-status.ts'
import { parseTrailers, trailersOfStatus, type Trailers } from '../grpc/trailers.ts'
import type { UpstreamCall } from '../upstream/upstream.ts'

/**
 * How a call ended. With trailers, which are not sent to the browser yet. `refused`: the server did not begin it, so it
 * may be repeated. `torn`: it broke inside a message, where no trailers frame can follow, so that only closing the
 * connection tells the browser.
 */
export type RelayOutcome = Trailers | 'refused' | 'torn'

/** Resolves when the call has ended; `signal` cancels it. */
export function relayAnswer(
  { stream, isConnectionLost }: UpstreamCall,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<RelayOutcome> {
  return new Promise((resolve) => {
    const frames = new FrameBoundary()
    let answered = false
    let trailers: Trailers | null = null
    let bodyEnded = false

    const settle = (ending: Trailers) => {
      signal.removeEventListener('abort', abort)
      stream.unpipe(response)
      resolve(frames.isAtBoundary ? ending : 'torn')
    }
    const abort = () => {
      settle(trailersOfStatus(abortStatus(signal)))
      stream.close(constants.NGHTTP2_CANCEL)
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })

    stream.once('response', (headers) => {
      answered = true
      const http = Number(headers[':status'])
      // An answer with its status in the headers has no messages ("Trailers-Only" in PROTOCOL-HTTP2.md).
      const trailersOnly =
        parseTrailers(headers) ??
        (isGrpc(http, headers) ? null : trailersOfStatus(statusOfHttp(http, headers['content-type'])))
      if (trailersOnly === null) {
        beginAnswer(response)
        stream.on('data', (chunk: Buffer) => frames.advance(chunk))
        stream.pipe(response, { end: false })
      } else {
        settle(trailersOnly)
        stream.resume()
        stream.close(constants.NGHTTP2_CANCEL)
      }
    })
    stream.once('trailers', (headers) => {
      trailers = parseTrailers(headers)
    })
    stream.once('end', () => {
      bodyEnded = true
    })
    stream.once('close', () => {
      if (!answered && !isConnectionLost() && stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) {
        resolve('refused')
        return
      }
      // An OK status counts only when every byte before it was passed on: trailers can arrive while messages are still
      // buffered for a slow browser, and a session that is destroyed then drops those messages.
      const isCredible = bodyEnded || trailers?.['grpc-status'] !== '0'
      settle(
        isCredible && trailers !== null
          ? trailers
          : trailersOfStatus(statusOfBreak(stream, isConnectionLost())),
      )
    })
  })
}

function statusOfBreak(stream: ClientHttp2Stream, connectionLost: boolean): GrpcStatus {
  if (connectionLost) return { code: GRPC.UNAVAILABLE, message: 'The connection to Goldmane was lost' }
  if (stream.rstCode === constants.NGHTTP2_NO_ERROR) {
    return { code: GRPC.INTERNAL, message: 'Goldmane ended the call without a status' }
  }
  return statusOfReset(stream.rstCode)
}

function isGrpc(http: number, headers: IncomingHttpHeaders): boolean {
  return http === 200 && /^application\/grpc(\+|;|$)/.test(headers['content-type'] ?? '')
}
