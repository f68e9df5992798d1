/** Explains a failed connection to Goldmane in a sentence that tells DNS, the network and certificates apart. */
import { unreachable } from '../../src/lib/assert.ts'
import { errorCode } from '../lib/error-code.ts'

/** The step at which connecting failed; `settings` is waiting for the server's first HTTP/2 frame. */
export type ConnectPhase = 'lookup' | 'tcp' | 'tls' | 'settings'

/** Goldmane cannot be reached. The message is a sentence for the reader of the screen. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
}

export interface ConnectFailure {
  readonly phase: ConnectPhase
  /** The error; null when the server closed the connection without one. */
  readonly cause: unknown
  readonly timedOut: boolean
  readonly host: string
  readonly port: number
  /** The name that the server's certificate must have; empty without TLS. */
  readonly serverName: string
  /** Whether a CA was given; the system's are used otherwise. */
  readonly hasCa: boolean
  /** Null without a client certificate. */
  readonly clientCertificateExpiry: Date | null
  readonly now: Date
}

/** One sentence without a full stop. */
export function explainConnectFailure(failure: ConnectFailure): string {
  const { phase, cause, host, port } = failure
  const at = `${host}:${port}`
  const code = cause === null ? 'closed' : errorCode(cause)
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
      return failure.timedOut
        ? `${at} does not answer: it accepts connections and did not finish the TLS handshake`
        : explainTlsFailure(code, at, failure)
    case 'settings':
      return failure.timedOut
        ? `${at} accepts connections but does not speak gRPC`
        : explainTlsFailure(code, at, failure)
    default:
      return unreachable(phase, 'connection phase')
  }
}

function explainTlsFailure(code: string, at: string, failure: ConnectFailure): string {
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
      return failure.hasCa
        ? `TLS: the certificate of ${at} is not signed by the given CA (${code})`
        : `TLS: the certificate of ${at} is not signed by a CA that this system knows; --ca names the file of its CA (${code})`
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `${at} does not speak TLS`
    case 'ERR_HTTP2_ERROR':
    case 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL':
      return `${at} does not speak HTTP/2, which gRPC needs`
  }
  // OpenSSL's names of the alerts in RFC 8446, section 6.2. A certificate alert from the server is about our certificate.
  if (/^ERR_SSL_\w*ALERT_\w*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)/.test(code)) {
    return `TLS: ${at} refused the client certificate (${code})${clientCertificateHint(failure)}`
  }
  // A server may also close the connection instead of sending an alert: with TLS 1.3 after our side of the handshake.
  if (failure.phase === 'settings' && failure.serverName !== '') {
    return `${at} closed the connection after the TLS handshake: most likely it refused the client certificate${clientCertificateHint(failure)}`
  }
  if (failure.phase === 'settings') return `${at} closed the connection: it may want TLS (${code})`
  return `TLS with ${at} failed (${code})`
}

function clientCertificateHint({ clientCertificateExpiry, now }: ConnectFailure): string {
  if (clientCertificateExpiry === null) return '; none was given'
  return clientCertificateExpiry < now
    ? `; ours expired on ${clientCertificateExpiry.toISOString().slice(0, 10)}`
    : ''
}
