/**
 * The way to Goldmane: one HTTP/2 session, opened when it is first needed, kept, and opened anew after it broke.
 *
 * The session is used only after the server's first SETTINGS frame. With TLS 1.3 the handshake is complete on our
 * side before the server has looked at our certificate; until SETTINGS it may still refuse it.
 */
import { connect as connectHttp2 } from 'node:http2'
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls'
import { ConnectError, explainConnect, type ConnectPhase } from './connect-error.ts'
import { loadCredentials, type Credentials, type TlsFiles } from './credentials.ts'

export interface UpstreamOptions {
  /** `http://host:port` (HTTP/2 without TLS, for the loopback) or `https://host:port`. */
  readonly url: string
  readonly tls?: TlsFiles
  /** Milliseconds for one attempt, up to the server's SETTINGS. */
  readonly connectTimeout?: number
  /** Milliseconds of silence, with calls open, after which the session is pinged. */
  readonly silence?: number
}

/** A call under way. */
export interface UpstreamCall {
  readonly stream: ClientHttp2Stream
  /** Whether the whole connection is gone, and not this call alone. */
  readonly lost: () => boolean
}

const CONNECT_TIMEOUT = 10_000

/**
 * grpc-go closes a connection that is pinged more often than every five minutes without data between
 * (keepalive.EnforcementPolicy's default; Goldmane sets none). TCP's own keep-alive finds a dead peer sooner.
 */
const SILENCE = 5 * 60_000 + 10_000
const PING_TIMEOUT = 20_000
const TCP_KEEP_ALIVE = 30_000

/** Per call: how much may be on its way before we read. The default of 64 KiB is slow over distance. */
const STREAM_WINDOW = 1 << 20
const SESSION_WINDOW = 4 << 20
/** Megabytes. A single List can be 13 MB; at the default of 10 the next call would be refused. */
const SESSION_MEMORY = 128

export class Upstream {
  readonly #options: UpstreamOptions
  readonly #target: URL
  #session: Promise<ClientHttp2Session> | null = null
  #closed = false
  /** Calls under way. */
  #calls = 0

  constructor(options: UpstreamOptions) {
    this.#options = options
    this.#target = new URL(options.url)
  }

  /**
   * Sends a request with its whole body. `headers` has the path and what the method needs; the rest is set here.
   * Throws {@link ConnectError} or {@link CredentialsError} when Goldmane cannot be reached.
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
    // 'close' follows every error, and whoever has the call listens for that.
    stream.on('error', () => undefined)
    this.#calls++
    stream.once('close', () => this.#calls--)
    stream.end(body)
    return { stream, lost: () => session.destroyed }
  }

  /** Whether a connection could be tried: throws {@link CredentialsError} when the files are not usable. */
  async check(): Promise<void> {
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
      // Between a GOAWAY and the end, calls under way go on, but new ones need a new session.
      session.once('goaway', forget)
      session.once('close', forget)
    }, forget)
    return opening
  }

  #forget(opening: Promise<ClientHttp2Session>): void {
    if (this.#session === opening) this.#session = null
  }

  async #connect(): Promise<ClientHttp2Session> {
    const { tls, connectTimeout = CONNECT_TIMEOUT, silence = SILENCE } = this.#options
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
        settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
        maxSessionMemory: SESSION_MEMORY,
      })
      const fail = (cause: unknown, timedOut = false) => {
        clearTimeout(timer)
        session.destroy()
        socket.destroy()
        const expires = credentials?.expires ?? null
        const failure = { phase, cause, timedOut, host, port, serverName, expires, now: new Date() }
        reject(new ConnectError(explainConnect(failure), { cause }))
      }
      const timer = setTimeout(() => fail(null, true), connectTimeout)

      socket.once('lookup', (error) => {
        if (error === null) phase = 'tcp'
      })
      socket.once('connect', () => {
        phase = credentials === null ? 'settings' : 'tls'
        socket.setKeepAlive(true, TCP_KEEP_ALIVE)
      })
      socket.once('secureConnect', () => {
        phase = 'settings'
      })
      // These three also end a session that was in use. A TLS alert after the handshake reaches the socket alone:
      // without this the session would wait for ever (Node 20).
      socket.on('error', fail)
      session.on('error', fail)
      session.once('close', () => fail(null))
      session.once('remoteSettings', () => {
        clearTimeout(timer)
        session.setLocalWindowSize(SESSION_WINDOW)
        pingWhenSilent(session, socket, silence, () => this.#calls > 0)
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
    // An address cannot be sent as a server name (RFC 6066), but a certificate may carry one.
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
  })
}

/**
 * Ends a session whose other side is gone without a word, which TCP alone cannot see behind a proxy. Only while
 * calls are under way: grpc-go takes other pings for abuse.
 */
function pingWhenSilent(
  session: ClientHttp2Session,
  socket: Socket,
  silence: number,
  busy: () => boolean,
): void {
  let heard = socket.bytesRead
  const timer = setInterval(() => {
    const silent = socket.bytesRead === heard
    heard = socket.bytesRead
    if (session.destroyed) return clearInterval(timer)
    if (!silent || !busy()) return
    const giveUp = () => {
      session.destroy()
      socket.destroy()
    }
    const patience = setTimeout(giveUp, Math.min(PING_TIMEOUT, silence))
    session.ping(() => clearTimeout(patience))
  }, silence)
  timer.unref()
}
