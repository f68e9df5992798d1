/** The security headers of every answer, and of the answers to what is no HTTP. */
import type { EventEmitter } from 'node:events'
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorCode } from '../lib/error-code.ts'
import type { HttpResponse } from '../lib/http-message.ts'

/**
 * Allows scripts, workers and connections of this origin alone. Inline styles are allowed because React and the headless
 * components position elements by style attributes.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Every feature that browsers know and the page does not use. Writing to the clipboard is used, so it is not here. */
const UNUSED_FEATURES = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'usb',
  'xr-spatial-tracking',
]

/** By name, in lower case. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': UNUSED_FEATURES.map((feature) => `${feature}=()`).join(', '),
}

/** A year, as browsers ask for. Without includeSubDomains: the gateway does not know what runs beside it. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000'

/**
 * @param hasGivenCertificate Whether the gateway serves TLS with a certificate that it was given. A self-signed one must not
 *   be pinned to https: the browser would no longer offer to go on.
 */
export function setSecurityHeaders(response: HttpResponse, hasGivenCertificate = false): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
  if (hasGivenCertificate) response.setHeader('strict-transport-security', STRICT_TRANSPORT_SECURITY)
}

/**
 * Answers what the server cannot parse (400, 431), did not receive in time (408) or is expected to do and cannot (417) with
 * the security headers, and closes the connection. Node's own answers have none. While another answer is on its way the connection is only closed: bytes in the
 * middle of it would be read as a part of it.
 *
 * @param server An HTTP server, or an HTTP/2 server that also speaks HTTP/1.1.
 */
export function answerClientErrors(server: EventEmitter): void {
  const openAnswers = new WeakMap<Duplex, number>()
  const count = (socket: Duplex, change: number) =>
    openAnswers.set(socket, (openAnswers.get(socket) ?? 0) + change)
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    count(socket, 1)
    response.once('close', () => count(socket, -1))
  })
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    setSecurityHeaders(response)
    // HTTP/2 has no such header.
    if (request.httpVersionMajor === 1) response.setHeader('connection', 'close')
    response.setHeader('cache-control', 'no-store')
    response.statusCode = 417
    response.end()
  })
  server.on('clientError', (error: unknown, socket: Duplex) => {
    if (!socket.writable || (openAnswers.get(socket) ?? 0) > 0) socket.destroy()
    else socket.end(plainAnswer(statusOfClientError(error)), () => socket.destroy())
  })
}

function statusOfClientError(error: unknown): number {
  switch (errorCode(error)) {
    case 'HPE_HEADER_OVERFLOW':
      return 431
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 413
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408
    default:
      return 400
  }
}

function plainAnswer(status: number): string {
  const reason = STATUS_CODES[status] ?? ''
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(reason.length + 2),
    'cache-control': 'no-store',
    connection: 'close',
    ...SECURITY_HEADERS,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${reason}.\n`
}
