/** Writes the headers and the trailers of a gRPC-web answer. */
import type { ServerResponse } from 'node:http'
import type { GrpcStatus } from '../grpc/grpc-status.ts'
import { encodeTrailersFrame, trailersOfStatus, type Trailers } from '../grpc/trailers.ts'

export const GRPC_WEB_CONTENT_TYPE = 'application/grpc-web+proto'

/** Sends the headers of an answer that may have messages; does nothing when they were sent. */
export function beginAnswer(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(200, {
    'content-type': GRPC_WEB_CONTENT_TYPE,
    'cache-control': 'no-store',
    // Tells nginx not to buffer: it would hold back the end of a stream until its buffer is full.
    'x-accel-buffering': 'no',
  })
  response.flushHeaders()
}

/** Ends an answer with a status that the gateway itself gives. */
export function endWithStatus(response: ServerResponse, status: GrpcStatus, http = 200): void {
  endWithTrailers(response, trailersOfStatus(status), http)
}

/** Ends an answer. The trailers go into the headers when those were not sent yet, or else into a last frame. */
function endWithTrailers(response: ServerResponse, trailers: Trailers, http = 200): void {
  if (response.writableEnded || response.destroyed) return
  if (response.headersSent) {
    response.end(encodeTrailersFrame(trailers))
  } else {
    response.writeHead(http, {
      'content-type': GRPC_WEB_CONTENT_TYPE,
      'cache-control': 'no-store',
      ...trailers,
    })
    response.end()
  }
}
