/** Why Goldmane could not be reached, told apart so that the reader knows whom to ask: DNS, network or certificates. */
import { unreachable } from '../../src/lib/assert.ts'
import { codeOf } from './credentials.ts'

/** How far a connection had come. `settings`: everything stands, but the server has not said a word of HTTP/2. */
export type ConnectPhase = 'lookup' | 'tcp' | 'tls' | 'settings'

/** Goldmane cannot be reached. The message is a sentence for the reader of the screen. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
}

export interface ConnectFailure {
  readonly phase: ConnectPhase
  /** Null when the other side closed the connection without a word. */
  readonly cause: unknown
  readonly timedOut: boolean
  readonly host: string
  readonly port: number
  /** The name that the server's certificate had to carry. */
  readonly serverName: string
  /** The end of our own certificate's life; null without one. */
  readonly expires: Date | null
  readonly now: Date
}

export function explainConnect(failure: ConnectFailure): string {
  const { phase, cause, host, port } = failure
  const at = `${host}:${port}`
  const code = cause === null ? 'closed' : codeOf(cause)
  switch (phase) {
    case 'lookup':
      return failure.timedOut
        ? `DNS gave no answer for ${host}`
        : `The name ${host} was not found in DNS (${code})`
    case 'tcp':
      if (failure.timedOut || code === 'ETIMEDOUT') {
        return `${at} does not answer: a firewall or a network policy may drop the connection`
      }
      return code === 'ECONNREFUSED'
        ? `${at} refused the TCP connection: nothing listens there`
        : `No TCP connection to ${at} (${code})`
    case 'tls':
      return failure.timedOut ? `${at} did not finish the TLS handshake` : explainTls(code, at, failure)
    case 'settings':
      return failure.timedOut
        ? `${at} accepts connections but does not speak gRPC`
        : explainTls(code, at, failure)
    default:
      return unreachable(phase, 'connection phase')
  }
}

function explainTls(code: string, at: string, failure: ConnectFailure): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `TLS: the certificate of ${at} has expired`
    case 'CERT_NOT_YET_VALID':
      return `TLS: the certificate of ${at} is not valid yet: check the clocks`
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `TLS: the certificate of ${at} is not for the name ${failure.serverName}; --server-name sets another`
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'CERT_SIGNATURE_FAILURE':
      return `TLS: the certificate of ${at} is not signed by the given CA (${code})`
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `${at} does not speak TLS`
    case 'ERR_HTTP2_ERROR':
    case 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL':
      return `${at} does not speak HTTP/2, which gRPC needs`
  }
  // The alerts of RFC 8446, section 6.2, under OpenSSL's names. Certificate alerts can only be about ours.
  if (/^ERR_SSL_\w*ALERT_\w*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)/.test(code)) {
    return `TLS: ${at} refused the client certificate (${code})${ownCertificate(failure)}`
  }
  // A server may also hang up on a certificate that it does not accept: with TLS 1.3 after our side of the handshake.
  if (failure.phase === 'settings' && failure.serverName !== '') {
    return `${at} closed the connection after the TLS handshake: most likely it refused the client certificate${ownCertificate(failure)}`
  }
  if (failure.phase === 'settings') return `${at} closed the connection: it may want TLS (${code})`
  return `TLS with ${at} failed (${code})`
}

function ownCertificate({ expires, now }: ConnectFailure): string {
  if (expires === null) return '; none was given'
  return expires < now ? `; ours expired on ${expires.toISOString().slice(0, 10)}` : ''
}
