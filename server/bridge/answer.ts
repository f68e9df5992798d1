/** The HTTP side of a gRPC-web answer: how it begins and how it ends. */
import type { ServerResponse } from 'node:http'
import type { GrpcStatus } from './grpc-status.ts'
import { trailersFrame, trailersOf, type Trailers } from './trailers.ts'

export const CONTENT_TYPE = 'application/grpc-web+proto'

/** Sends the headers of an answer that will have messages. */
export function begin(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(200, {
    'content-type': CONTENT_TYPE,
    'cache-control': 'no-store',
    // Proxies that hold answers back until they are whole would hold a stream back for ever.
    'x-accel-buffering': 'no',
  })
  response.flushHeaders()
}

/** Ends an answer with a status of our own. */
export function end(response: ServerResponse, status: GrpcStatus, http = 200): void {
  finish(response, trailersOf(status), http)
}

/** Ends the answer: in the headers when nothing was sent yet, else by a last frame. */
export function finish(response: ServerResponse, trailers: Trailers, http = 200): void {
  if (response.writableEnded || response.destroyed) return
  if (response.headersSent) {
    response.end(trailersFrame(trailers))
  } else {
    response.writeHead(http, { 'content-type': CONTENT_TYPE, 'cache-control': 'no-store', ...trailers })
    response.end()
  }
}
