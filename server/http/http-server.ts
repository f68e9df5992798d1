/**
 * The listening server: HTTP/1.1, or with a certificate HTTP/2 with HTTP/1.1 for those who cannot, its limits, and its
 * graceful end.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import type { Server, Socket } from 'node:net'
import { systemClock, type Clock } from '../../src/lib/clock.ts'
import { OpenSockets } from './open-sockets.ts'
import { adaptHttp2 } from './http2-adapter.ts'
import { answerClientErrors } from './security-headers.ts'
import { giveUpWhenStalled } from './stalled-answers.ts'

export interface ServerLimits {
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
  /** Bytes; a request with more of them is answered with 431. */
  readonly maxHeaderSize: number
  /** Milliseconds in which the headers of a request, and a TLS handshake, must be whole. */
  readonly headersTimeout: number
  /** Milliseconds in which a request with its body must be whole. */
  readonly requestTimeout: number
  /** Milliseconds after which an idle connection is closed. */
  readonly keepAliveTimeout: number
}

export const DEFAULT_LIMITS: ServerLimits = {
  maxConnections: 10_000,
  maxConnectionsPerAddress: 500,
  maxHeaderSize: 16 << 10,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 65_000,
}

/** PEM. */
export interface ServingCertificate {
  readonly cert: string
  readonly key: string
}

export type ConnectionLimit = 'connections' | 'connections per address'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

export interface HttpServerOptions {
  readonly host: string
  readonly port: number
  readonly limits: ServerLimits
  readonly certificate: ServingCertificate | null
  /** PEM: who signed the certificate that each client must have. Clients need none unless given. */
  readonly clientAuthority?: string
  readonly handle: Handler
  /** A connection was closed because of a limit. */
  readonly onRefusedConnection?: (limit: ConnectionLimit) => void
  /** A client was not let in, or left, before TLS was agreed on: with OpenSSL's or Node's error. */
  readonly onFailedHandshake?: (error: Error) => void
  /** An answer was given up because its reader took nothing. */
  readonly onStalledAnswer?: () => void
  readonly clock?: Clock
}

export interface HttpServer {
  readonly port: number
  /** Connections that are open, and the bytes sent on all so far, those of TLS included. */
  readonly traffic: { readonly open: number; readonly sentBytes: number }
  /** Used for the handshakes from now on. Throws OpenSSL's error, and keeps the present one, when it cannot be used. */
  setCertificate(certificate: ServingCertificate): void
  /** Accepts no connection from now on, and closes each one when its request is answered. */
  drain(): void
  /** Resolves when every connection is closed; those that are left after `graceMs` milliseconds are destroyed. */
  close(graceMs: number): Promise<void>
}

/** How often Node looks for requests over their time. Its default of 30 s would let a slow sender stay that much longer. */
const TIMEOUT_CHECK_INTERVAL_MS = 1000
/**
 * No limit but that of their bytes: Node drops, without a word, headers beyond its count of 1,000. The check that a header
 * comes once would not see what a proxy in front adds behind a client's forged one and a thousand others.
 */
const MAX_HEADERS_COUNT = 0
/** Streams of one HTTP/2 connection: what one browser has, or a proxy in front for all of its users. */
const MAX_HTTP2_STREAMS = 250
/** Megabytes. One answer of List can be 13 MB; at Node's default of 10 MB the next call would be refused meanwhile. */
const MAX_SESSION_MEMORY_MB = 128

/** Resolves when it listens. Throws the error of the socket (EADDRINUSE …) or of the certificate. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, certificate, clock = systemClock, onStalledAnswer = () => {} } = options
  const sockets = new OpenSockets()
  const sessions = new Set<ServerHttp2Session>()
  let draining = false
  const handle: Handler = (request, response) => {
    // A proxy that keeps its connections open would otherwise go on sending requests to a server that ends.
    if (draining && request.httpVersionMajor === 1) response.setHeader('connection', 'close')
    response.once('close', () => {
      if (draining && request.httpVersionMajor === 1) request.socket.end()
    })
    giveUpWhenStalled(response, clock, onStalledAnswer)
    options.handle(request, response)
  }
  const secure = certificate === null ? null : createTlsServer(options, certificate, handle, sessions)
  const server: Server = secure ?? createPlainServer(options, handle)
  limitConnections(server, options, sockets)
  answerClientErrors(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  let closed: Promise<void> | null = null
  const drain = () => {
    if (closed !== null) return closed
    draining = true
    closed = new Promise((resolve) => server.close(() => resolve()))
    // GOAWAY: the streams go on until they end.
    for (const session of sessions) session.close()
    return closed
  }
  return {
    get traffic() {
      return sockets.traffic
    },
    port: typeof address === 'object' && address !== null ? address.port : port,
    setCertificate: (renewed) => secure?.setSecureContext(contextOf(options, renewed)),
    drain: () => void drain(),
    async close(graceMs) {
      const all = drain()
      const timer = setTimeout(() => {
        sockets.destroy()
      }, graceMs)
      await all
      clearTimeout(timer)
    },
  }
}

function createPlainServer({ limits }: HttpServerOptions, handle: Handler): Server {
  const { maxHeaderSize, headersTimeout, requestTimeout, keepAliveTimeout } = limits
  const server = createServer(
    {
      maxHeaderSize,
      headersTimeout,
      requestTimeout,
      keepAliveTimeout,
      connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
      // The handler refuses a request without a Host, with the security headers that Node's own answer lacks.
      requireHostHeader: false,
    },
    handle,
  )
  server.maxHeadersCount = MAX_HEADERS_COUNT
  return server
}

function contextOf({ clientAuthority }: HttpServerOptions, certificate: ServingCertificate) {
  const ca = clientAuthority === undefined ? {} : { ca: clientAuthority }
  return { ...certificate, ...ca, minVersion: 'TLSv1.2' } as const
}

function createTlsServer(
  options: HttpServerOptions,
  certificate: ServingCertificate,
  handle: Handler,
  sessions: Set<ServerHttp2Session>,
): Http2SecureServer {
  const { maxHeaderSize, headersTimeout, requestTimeout, keepAliveTimeout } = options.limits
  const server = createSecureServer(
    {
      ...contextOf(options, certificate),
      ...(options.clientAuthority === undefined ? {} : { requestCert: true, rejectUnauthorized: true }),
      allowHTTP1: true,
      handshakeTimeout: headersTimeout,
      maxSessionMemory: MAX_SESSION_MEMORY_MB,
      settings: {
        maxConcurrentStreams: MAX_HTTP2_STREAMS,
        maxHeaderListSize: maxHeaderSize,
        enablePush: false,
      },
    },
    (request, response) => {
      const adapted = adaptHttp2(request, response)
      handle(adapted.request, adapted.response)
    },
  )
  // For the connections of HTTP/1.1. Node reads these from the server's properties, and its types do not have them here.
  Object.assign(server, {
    maxHeaderSize,
    maxHeadersCount: MAX_HEADERS_COUNT,
    headersTimeout,
    requestTimeout,
    keepAliveTimeout,
    connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
  })
  server.on('tlsClientError', (error) => options.onFailedHandshake?.(error))
  let handshaken: Socket | null = null
  server.prependListener('secureConnection', (socket) => {
    handshaken = socket
  })
  // Emitted while the event above is: the socket is the session's.
  server.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    closeWhenIdle(session, handshaken, keepAliveTimeout)
  })
  return server
}

/** Closes a session that has had no stream and no byte for so long. Its socket is not to be had from the session. */
function closeWhenIdle(session: ServerHttp2Session, socket: Socket | null, keepAliveTimeout: number): void {
  let streams = 0
  let destroyTimer: NodeJS.Timeout | undefined
  const onIdle = (): void => {
    if (streams > 0) return
    session.close()
    // It first sends what it has, which a client that reads nothing never lets it.
    destroyTimer ??= setTimeout(() => socket?.destroy(), keepAliveTimeout)
  }
  session.setTimeout(keepAliveTimeout, onIdle)
  session.once('close', () => clearTimeout(destroyTimer))
  session.on('stream', (stream) => {
    streams++
    stream.once('close', () => {
      streams--
      // The timer may have run while there was a stream that stood still.
      if (streams === 0 && !session.destroyed) session.setTimeout(keepAliveTimeout, onIdle)
    })
  })
}

function limitConnections(server: Server, options: HttpServerOptions, sockets: OpenSockets): void {
  const { maxConnections, maxConnectionsPerAddress } = options.limits
  server.maxConnections = maxConnections
  server.on('drop', () => options.onRefusedConnection?.('connections'))
  server.prependListener('connection', (socket: Socket) => {
    if (sockets.add(socket) <= maxConnectionsPerAddress) return
    options.onRefusedConnection?.('connections per address')
    socket.destroy()
  })
}
