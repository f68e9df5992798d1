/**
 * The HTTP/2 connection to Goldmane that all calls share, opened by the first call, and opened again by the next call
 * after it broke.
 */
import type { ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2'
import { type Clock, systemClock } from '../../src/lib/clock.ts'
import type { ChainRecorder } from './chain-recorder.ts'
import { ConnectError } from './connect-error.ts'
import { connectSession, type Connection } from './connect-session.ts'
import { loadCredentials, type TlsFiles } from './credentials.ts'
import { PING_INTERVAL_MS } from './keepalive.ts'

export interface UpstreamOptions {
  /** `http://host:port` (HTTP/2 without TLS, for the loopback) or `https://host:port`. */
  readonly url: string
  readonly tls?: TlsFiles
  /** Milliseconds for one attempt to connect, up to the server's SETTINGS; 10 s unless given. */
  readonly connectTimeout?: number
  /** Milliseconds: see {@link KeepAlive}. 5 min 10 s unless given. */
  readonly pingInterval?: number
  readonly clock?: Clock
}

/** A call whose request was sent. */
export interface UpstreamCall {
  readonly stream: ClientHttp2Stream
  /** Whether the whole session ended, and not this call alone. */
  readonly isConnectionLost: () => boolean
  /** See {@link KeepAlive.pingEarly}. */
  readonly pingEarly: (timeoutMs: number, dataCame: boolean) => Promise<boolean | null>
  /** Ends the connection with every call on it, when it is known to be dead. */
  readonly destroyConnection: () => void
  /** How far the connection of the call came. */
  readonly chain: ChainRecorder
}

const CONNECT_TIMEOUT_MS = 10_000

export class Upstream {
  readonly #options: UpstreamOptions
  readonly #target: URL
  readonly #clock: Clock
  #connection: Promise<Connection> | null = null
  #closed = false
  #openCalls = 0

  constructor(options: UpstreamOptions) {
    this.#options = options
    this.#target = new URL(options.url)
    this.#clock = options.clock ?? systemClock
  }

  /** The certificate files; undefined without TLS, and where the system's CAs do. */
  get tls(): TlsFiles | undefined {
    return this.#options.tls
  }

  /**
   * Sends a request with its whole body. `headers` needs `:path`; the method, scheme and authority are set here. Throws
   * {@link ConnectError} when Goldmane cannot be reached.
   */
  async call(headers: OutgoingHttpHeaders, body: Buffer): Promise<UpstreamCall> {
    const opening = this.#open()
    let { session, keepAlive, chain } = await opening
    if (session.closed || session.destroyed) {
      this.#forget(opening)
      ;({ session, keepAlive, chain } = await this.#open())
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
    return {
      stream,
      isConnectionLost: () => session.destroyed,
      pingEarly: (timeoutMs, dataCame) => keepAlive.pingEarly(timeoutMs, dataCame),
      destroyConnection: () => keepAlive.destroy(),
      chain,
    }
  }

  /** Resolves when the certificate files can be used, without connecting. Throws {@link CredentialsError}. */
  async checkCredentials(): Promise<void> {
    if (this.#options.tls !== undefined) await loadCredentials(this.#options.tls)
  }

  /**
   * Opens a new connection, for the calls from now on; those of the present one go on until they end. Throws as
   * {@link call} does, and then the present connection stays.
   */
  async renew(): Promise<void> {
    const connection = await this.#connect()
    const before = this.#connection
    if (this.#closed) return connection.session.destroy()
    void this.#use(Promise.resolve(connection))
    before?.then(
      ({ session }) => session.close(),
      () => undefined,
    )
  }

  /** Ends the session and every call on it. */
  close(): void {
    this.#closed = true
    this.#connection?.then(
      ({ session }) => session.destroy(),
      () => undefined,
    )
    this.#connection = null
  }

  #open(): Promise<Connection> {
    if (this.#closed) throw new ConnectError('The gateway is shutting down', null)
    return this.#connection ?? this.#use(this.#connect())
  }

  #use(opening: Promise<Connection>): Promise<Connection> {
    this.#connection = opening
    const forget = () => this.#forget(opening)
    opening.then(({ session }) => {
      if (this.#closed) session.destroy()
      // After a GOAWAY the calls of this session go on until they end; new calls need a new session.
      session.once('goaway', forget)
      session.once('close', forget)
    }, forget)
    return opening
  }

  #forget(opening: Promise<Connection>): void {
    if (this.#connection === opening) this.#connection = null
  }

  #connect(): Promise<Connection> {
    const { tls, connectTimeout = CONNECT_TIMEOUT_MS, pingInterval = PING_INTERVAL_MS } = this.#options
    return connectSession({
      target: this.#target,
      tls,
      timeout: connectTimeout,
      pingInterval,
      hasCalls: () => this.#openCalls > 0,
      clock: this.#clock,
    })
  }
}
