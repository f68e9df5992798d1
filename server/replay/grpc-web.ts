/**
 * Answers gRPC-web over HTTP/1.1 by a gRPC server: the messages are the same bytes, and the trailers become a last frame
 * (grpc/grpc, doc/PROTOCOL-WEB.md). It is for programs on this machine: pages of other origins are refused.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type IncomingHttpHeaders } from 'node:http2'
import { isIP } from 'node:net'
import { GRPC, statusOfHttp } from '../grpc/grpc-status.ts'
import { encodeTrailersFrame, parseTrailers, type Trailers, trailersOfStatus } from '../grpc/trailers.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { readBoundedBody } from '../lib/bounded-body.ts'
import { hostNameOf, isLoopback } from '../lib/host-name.ts'
import { requestHeaders } from '../upstream/open-call.ts'
import type { Upstream, UpstreamCall } from '../upstream/upstream.ts'

/** A filter is a few kilobytes. */
const REQUEST_LIMITS = { maxBytes: 1 << 20, timeoutMs: 30_000, clock: systemClock }

/** Never rejects. */
export async function answerGrpcWeb(
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refused = refusalOf(request)
  if (refused !== null) return answerText(response, ...refused)
  const body = await readBoundedBody(request, REQUEST_LIMITS)
  if (typeof body === 'string') return answerText(response, 413, `The request is ${body}.`)
  let call: UpstreamCall
  try {
    call = await upstream.call(requestHeaders(request.url ?? '/'), body)
  } catch {
    return answerText(response, 503, 'The replay is ending.')
  }
  response.once('close', () => call.stream.close(constants.NGHTTP2_CANCEL))
  await copyAnswer(call, response)
}

function refusalOf(request: IncomingMessage): readonly [status: number, text: string] | null {
  const { host = '', origin } = request.headers
  const name = hostNameOf(host)
  // A page whose name was made to point at this machine has its own name as Host.
  if (name === null || (!isLoopback(name) && isIP(name) === 0))
    return [403, 'Call this server by its address, or as localhost.']
  if (origin !== undefined && origin !== `http://${host}`)
    return [403, 'Pages of other origins are not served.']
  if (request.method !== 'POST') return [405, 'This is a Goldmane: it answers gRPC and gRPC-web.']
  if (!/^application\/grpc-web(\+proto)?(;|$)/.test(request.headers['content-type'] ?? ''))
    return [415, 'Only application/grpc-web+proto is answered.']
  return null
}

function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end(`${text}\n`)
}

/** Copies the messages with backpressure, then the trailers. Resolves at the end of the call. */
function copyAnswer({ stream }: UpstreamCall, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    let trailers: Trailers | null = null
    stream.once('response', (headers: IncomingHttpHeaders) => {
      response.writeHead(200, { 'content-type': 'application/grpc-web+proto', 'cache-control': 'no-store' })
      response.flushHeaders()
      // An answer without messages has its status in the headers.
      trailers = parseTrailers(headers)
      const http = Number(headers[':status'])
      if (http !== 200) trailers = trailersOfStatus(statusOfHttp(http, headers['content-type']))
      stream.on('data', (chunk: Buffer) => {
        if (response.write(chunk)) return
        stream.pause()
        response.once('drain', () => stream.resume())
      })
    })
    stream.once('trailers', (headers: IncomingHttpHeaders) => {
      trailers = parseTrailers(headers)
    })
    stream.once('close', () => {
      const status = trailers ?? trailersOfStatus({ code: GRPC.UNAVAILABLE, message: 'The call was cut off' })
      if (!response.destroyed) response.end(encodeTrailersFrame(status))
      resolve()
    })
  })
}
