/**
 * The HTTP/2 connection to Goldmane: one session that all calls share, opened by the first call, and opened again by the
 * next call after it broke.
 *
 * The session is used only after the server's first SETTINGS frame: with TLS 1.3 our side of the handshake is complete
 * before the server has checked our certificate, and until SETTINGS it may still refuse it.
 */
import { connect as connectHttp2 } from 'node:http2'
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2'
import { connect as connectTcp, isIP } from 'node:net'
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls'
import { ConnectError, explainConnectFailure, type ConnectPhase } from './connect-error.ts'
import { keepAlive, PING_INTERVAL_MS } from './keepalive.ts'
import { loadCredentials, type Credentials, type TlsFiles } from './credentials.ts'

export interface UpstreamOptions {
  /** `http://host:port` (HTTP/2 without TLS, for the loopback) or `https://host:port`. */
  readonly url: string
  readonly tls?: TlsFiles
  /** Milliseconds for one attempt to connect, up to the server's SETTINGS; 10 s unless given. */
  readonly connectTimeout?: number
  /** Milliseconds: see {@link keepAlive}. 5 min 10 s unless given. */
  readonly pingInterval?: number
}

/** A call whose request was sent. */
export interface UpstreamCall {
  readonly stream: ClientHttp2Stream
  /** Whether the whole session ended, and not this call alone. */
  readonly isConnectionLost: () => boolean
}

const CONNECT_TIMEOUT_MS = 10_000

/** TCP's own keep-alive finds a dead server within a minute, unless a proxy acknowledges in its place. */
const TCP_KEEP_ALIVE_DELAY_MS = 30_000

/**
 * HTTP/2 flow control: the bytes that the server may send before we read, per call and for all calls. The default of
 * 64 KiB limits a call to 1.3 MB/s at a round trip of 50 ms.
 */
const STREAM_WINDOW_BYTES = 1 << 20
const SESSION_WINDOW_BYTES = 4 << 20
/** Megabytes. One answer of List can be 13 MB; at Node's default of 10 MB the next call would be refused meanwhile. */
const MAX_SESSION_MEMORY_MB = 128

export class Upstream {
  readonly #options: UpstreamOptions
  readonly #target: URL
  #session: Promise<ClientHttp2Session> | null = null
  #closed = false
  #openCalls = 0

  constructor(options: UpstreamOptions) {
    this.#options = options
    this.#target = new URL(options.url)
  }

  /**
   * Sends a request with its whole body. `headers` needs `:path`; the method, scheme and authority are set here. Throws
   * {@link ConnectError} or {@link CredentialsError} when Goldmane cannot be reached.
   */
  async call(headers: OutgoingHttpHeaders, body: Buffer): Promise<UpstreamCall> {
    const opening = this.#open()
    let session = await opening
    if (session.closed || session.destroyed) {
      this.#forget(opening)
      session = await this.#open()
    }
    const stream = session.request({
      ':method': 'POST',
      ':scheme': this.#target.protocol.slice(0, -1),
      ':authority': this.#options.tls?.serverName ?? this.#target.host,
      ...headers,
    })
    // The caller listens for 'close', which follows every error; without a listener an error would end the process.
    stream.on('error', () => undefined)
    this.#openCalls++
    stream.once('close', () => this.#openCalls--)
    stream.end(body)
    return { stream, isConnectionLost: () => session.destroyed }
  }

  /** Resolves when the certificate files can be used, without connecting. Throws {@link CredentialsError}. */
  async checkCredentials(): Promise<void> {
    if (this.#options.tls !== undefined) await loadCredentials(this.#options.tls)
  }

  /** Ends the session and every call on it. */
  close(): void {
    this.#closed = true
    this.#session?.then(
      (session) => session.destroy(),
      () => undefined,
    )
    this.#session = null
  }

  #open(): Promise<ClientHttp2Session> {
    if (this.#closed) throw new ConnectError('The gateway is shutting down')
    if (this.#session !== null) return this.#session
    const opening = this.#connect()
    this.#session = opening
    const forget = () => this.#forget(opening)
    opening.then((session) => {
      if (this.#closed) session.destroy()
      // After a GOAWAY the calls of this session go on until they end; new calls need a new session.
      session.once('goaway', forget)
      session.once('close', forget)
    }, forget)
    return opening
  }

  #forget(opening: Promise<ClientHttp2Session>): void {
    if (this.#session === opening) this.#session = null
  }

  async #connect(): Promise<ClientHttp2Session> {
    const { tls, connectTimeout = CONNECT_TIMEOUT_MS, pingInterval = PING_INTERVAL_MS } = this.#options
    const secure = this.#target.protocol === 'https:'
    const credentials = secure ? await loadCredentials(tls ?? {}) : null
    const host = this.#target.hostname.replace(/^\[(.*)\]$/, '$1')
    const port = Number(this.#target.port || (secure ? 443 : 80))
    const serverName = credentials === null ? '' : (tls?.serverName ?? host)
    const socket =
      credentials === null ? connectTcp({ host, port }) : openTls(host, port, serverName, credentials)

    return new Promise((resolve, reject) => {
      let phase: ConnectPhase = isIP(host) === 0 ? 'lookup' : 'tcp'
      const session = connectHttp2(this.#target.origin, {
        createConnection: () => socket,
        settings: { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES },
        maxSessionMemory: MAX_SESSION_MEMORY_MB,
      })
      const fail = (cause: unknown, timedOut = false) => {
        clearTimeout(timer)
        session.destroy()
        socket.destroy()
        const clientCertificateExpiry = credentials?.clientCertificateExpiry ?? null
        const now = new Date()
        const failure = { phase, cause, timedOut, host, port, serverName, clientCertificateExpiry, now }
        reject(new ConnectError(explainConnectFailure(failure), { cause }))
      }
      const timer = setTimeout(() => fail(null, true), connectTimeout)

      socket.once('lookup', (error) => {
        if (error === null) phase = 'tcp'
      })
      socket.once('connect', () => {
        phase = credentials === null ? 'settings' : 'tls'
        socket.setKeepAlive(true, TCP_KEEP_ALIVE_DELAY_MS)
      })
      socket.once('secureConnect', () => {
        phase = 'settings'
      })
      // These three listeners also end a session that is in use. Node 20 reports a TLS alert after the handshake on the
      // socket alone: without the first one the session would wait for ever.
      socket.on('error', fail)
      session.on('error', fail)
      session.once('close', () => fail(null))
      session.once('remoteSettings', () => {
        clearTimeout(timer)
        session.setLocalWindowSize(SESSION_WINDOW_BYTES)
        keepAlive(session, socket, pingInterval, () => this.#openCalls > 0)
        resolve(session)
      })
    })
  }
}

function openTls(host: string, port: number, serverName: string, credentials: Credentials): TLSSocket {
  return connectTls({
    host,
    port,
    secureContext: credentials.context,
    ALPNProtocols: ['h2'],
    // RFC 6066 forbids an IP address as a server name, but a certificate may be for one.
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
  })
}
