/** One call's answer: Goldmane's bytes to the browser, until the call ends, is cancelled or breaks. */
import type { ServerResponse } from 'node:http'
import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2'
import { begin } from './answer.ts'
import { reasonOf } from './cancel.ts'
import { FrameBoundary } from './frame-boundary.ts'
import { GRPC, statusOfHttp, statusOfReset, type GrpcStatus } from './grpc-status.ts'
import { trailersIn, trailersOf, type Trailers } from './trailers.ts'
import type { UpstreamCall } from './upstream.ts'

/**
 * How a call ended, which is still to be told to the browser. `refused`: the server did not even begin it. `torn`: it
 * broke inside a message, so that no frame can follow and the connection is the only one to tell.
 */
export type Ending = Trailers | 'refused' | 'torn'

export function relay(
  { stream, lost }: UpstreamCall,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<Ending> {
  return new Promise((resolve) => {
    const passed = new FrameBoundary()
    let answered = false
    let trailers: Trailers | null = null
    let complete = false

    const settle = (ending: Trailers) => {
      signal.removeEventListener('abort', abort)
      stream.unpipe(response)
      resolve(passed.whole ? ending : 'torn')
    }
    const abort = () => {
      settle(trailersOf(reasonOf(signal)))
      stream.close(constants.NGHTTP2_CANCEL)
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })

    stream.once('response', (headers) => {
      answered = true
      const http = Number(headers[':status'])
      // An answer that has its status here has no messages.
      const early = trailersIn(headers) ?? (isGrpc(http, headers) ? null : trailersOf(statusOfHttp(http)))
      if (early === null) {
        begin(response)
        stream.on('data', (chunk: Buffer) => passed.take(chunk))
        stream.pipe(response, { end: false })
      } else {
        settle(early)
        stream.resume()
        stream.close(constants.NGHTTP2_CANCEL)
      }
    })
    stream.once('trailers', (headers) => {
      trailers = trailersIn(headers)
    })
    stream.once('end', () => {
      complete = true
    })
    stream.once('close', () => {
      if (!answered && !lost() && stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) {
        resolve('refused')
        return
      }
      // A good status is believed only when every byte before it was passed on.
      const believed = trailers !== null && (complete || trailers['grpc-status'] !== '0')
      settle(trailers !== null && believed ? trailers : trailersOf(statusOfBreak(stream, lost())))
    })
  })
}

function statusOfBreak(stream: ClientHttp2Stream, lost: boolean): GrpcStatus {
  if (lost) return { code: GRPC.UNAVAILABLE, message: 'The connection to Goldmane was lost' }
  if (stream.rstCode === constants.NGHTTP2_NO_ERROR) {
    return { code: GRPC.INTERNAL, message: 'Goldmane ended the call without a status' }
  }
  return statusOfReset(stream.rstCode)
}

function isGrpc(http: number, headers: IncomingHttpHeaders): boolean {
  return http === 200 && /^application\/grpc(\+|;|$)/.test(headers['content-type'] ?? '')
}
