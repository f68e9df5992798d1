/**
 * Gives a request and a response of Node's HTTP/2 compatibility API what the handlers use of HTTP/1.1: it lacks the Host
 * header, `destroyed` and `writableNeedDrain`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'

interface Adapted {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Returns requests and responses of HTTP/1.1 as they are. */
export function adaptHttp2(
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): Adapted {
  if ('stream' in request && 'stream' in response) {
    // RFC 9113, section 8.3.1: `:authority` replaces Host, and goes before it where both are sent.
    const { authority } = request
    if (authority !== '') request.headers.host = authority
    const { stream } = response
    // A client that never ends its request would otherwise keep the stream, and with it the session, for ever. RFC 9113,
    // section 8.1: such a request is ended after its answer, without an error; a turn later, so that it comes apart from it.
    if (!stream.endAfterHeaders)
      stream.once('finish', () => {
        setImmediate(() => {
          if (!request.stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR)
        })
      })
    let destroyed = false
    // `writableFinished` of the compatibility API is true after a reset by the browser, too, and `destroyed` is missing.
    stream.once('close', () => {
      destroyed = true
    })
    Object.defineProperties(response, {
      destroyed: { get: () => destroyed || stream.destroyed, configurable: true },
      writableNeedDrain: { get: () => stream.writableNeedDrain, configurable: true },
    })
  }
  // The compatibility API has the methods that the handlers use, by the same names.
  return { request, response } as unknown as Adapted
}
