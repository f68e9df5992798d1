/**
 * Opens one HTTP/2 connection to Goldmane. It counts as open after the server's first SETTINGS frame: with TLS 1.3 our
 * side of the handshake is complete before the server has checked our certificate, and until SETTINGS it may refuse it.
 */
import { connect as connectHttp2 } from 'node:http2'
import type { ClientHttp2Session } from 'node:http2'
import { connect as connectTcp, isIP } from 'node:net'
import { checkServerIdentity, connect as connectTls, TLSSocket } from 'node:tls'
import type { Clock } from '../../src/lib/clock.ts'
import { ChainRecorder } from './chain-recorder.ts'
import { ConnectError, explainConnectFailure, type ConnectPhase } from './connect-error.ts'
import { CredentialsError, loadCredentials, type Credentials, type TlsFiles } from './credentials.ts'
import { KeepAlive } from './keepalive.ts'

export interface ConnectOptions {
  readonly target: URL
  readonly tls: TlsFiles | undefined
  /** Milliseconds, up to the server's SETTINGS. */
  readonly timeout: number
  /** Milliseconds: see {@link KeepAlive}. */
  readonly pingInterval: number
  readonly hasCalls: () => boolean
  readonly clock: Clock
}

export interface Connection {
  readonly session: ClientHttp2Session
  readonly keepAlive: KeepAlive
  /** How far this connection came; what fails on it later is said of it. */
  readonly chain: ChainRecorder
}

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

/** Rejects with {@link ConnectError}. */
export async function connectSession(options: ConnectOptions): Promise<Connection> {
  const { target, tls, clock } = options
  const secure = target.protocol === 'https:'
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = Number(target.port || (secure ? 443 : 80))
  const serverName = secure ? (tls?.serverName ?? host) : ''
  const chain = new ChainRecorder({ host, port, isSecure: secure, serverName })
  const credentials = secure ? await loadFor(chain, tls ?? {}) : null
  const beganAt = clock.now()
  const socket =
    credentials === null ? connectTcp({ host, port }) : openTls(host, port, serverName, credentials)

  return new Promise((resolve, reject) => {
    let phase: ConnectPhase = isIP(host) === 0 ? 'lookup' : 'tcp'
    const session = connectHttp2(target.origin, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES },
      maxSessionMemory: MAX_SESSION_MEMORY_MB,
    })
    const fail = (cause: unknown, timedOut = false) => {
      cancelTimer()
      session.destroy()
      socket.destroy()
      const clientCertificateExpiry = credentials?.client?.expiry ?? null
      const { kind, message } = explainConnectFailure({
        phase,
        cause,
        timedOut,
        host,
        port,
        serverName,
        clientCertificateExpiry,
        hasCa: tls?.ca !== undefined,
        now: new Date(clock.now()),
      })
      reject(new ConnectError(message, chain.chainOf(kind), { cause }))
    }
    const cancelTimer = clock.after(options.timeout, () => fail(null, true))

    socket.once('lookup', (error, address) => {
      if (error !== null) return
      phase = 'tcp'
      chain.onLookup(address)
    })
    socket.once('connect', () => {
      chain.onConnect(socket.remoteAddress, clock.now() - beganAt)
      phase = credentials === null ? 'settings' : 'tls'
      socket.setKeepAlive(true, TCP_KEEP_ALIVE_DELAY_MS)
    })
    socket.once('secureConnect', () => {
      chain.onCertificateAccepted()
      phase = 'settings'
    })
    if (socket instanceof TLSSocket) noteCertificate(socket, chain)
    // These three listeners also end a session that is in use. Node 20 reports a TLS alert after the handshake on the
    // socket alone: without the first one the session would wait for ever.
    socket.on('error', fail)
    session.on('error', fail)
    session.once('close', () => fail(null))
    session.once('remoteSettings', () => {
      cancelTimer()
      chain.onSession()
      session.setLocalWindowSize(SESSION_WINDOW_BYTES)
      const { hasCalls, pingInterval: interval } = options
      resolve({ session, keepAlive: new KeepAlive({ session, socket, interval, hasCalls, clock }), chain })
    })
  })
}

/** Throws {@link ConnectError}. */
async function loadFor(chain: ChainRecorder, files: TlsFiles): Promise<Credentials> {
  try {
    const credentials = await loadCredentials(files)
    chain.onCredentials(credentials)
    return credentials
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error
    throw new ConnectError(error.message, chain.chainOf(error.fault), { cause: error })
  }
}

/**
 * Node destroys the socket of a certificate that it refuses before it says so, and the certificate is gone then. Its
 * event `secure` comes just before the check; it is not documented, and without it the chain has no such facts.
 */
function noteCertificate(socket: TLSSocket, chain: ChainRecorder): void {
  socket.prependOnceListener('secure', () => chain.onCertificate(socket.getPeerCertificate()))
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
