/** Explains a failed connection to Goldmane in a sentence that tells DNS, the network and certificates apart. */
import { unreachable } from '../../src/lib/assert.ts'
import type { ConnectionChain, FailureKind } from '../../src/wire/connection-chain.ts'
import { errorCode } from '../lib/error-code.ts'

/** The step at which connecting failed; `settings` is waiting for the server's first HTTP/2 frame. */
export type ConnectPhase = 'lookup' | 'tcp' | 'tls' | 'settings'

/** Goldmane cannot be reached. The message is a sentence for the reader of the screen. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
  /** How far the attempt came; null where there was none. */
  readonly chain: ConnectionChain | null

  constructor(message: string, chain: ConnectionChain | null, options?: ErrorOptions) {
    super(message, options)
    this.chain = chain
  }
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

export interface Explanation {
  readonly kind: FailureKind
  /** One sentence without a full stop. */
  readonly message: string
}

export function explainConnectFailure(failure: ConnectFailure): Explanation {
  const { phase, cause, host, port } = failure
  const at = `${host}:${port}`
  const code = cause === null ? 'closed' : errorCode(cause)
  switch (phase) {
    case 'lookup':
      return failure.timedOut
        ? explained('name-no-answer', `DNS gave no answer for ${host}`)
        : explained('name-not-found', `The name ${host} was not found in DNS (${code})`)
    case 'tcp':
      if (failure.timedOut || code === 'ETIMEDOUT') {
        return explained(
          'port-no-answer',
          `${at} does not answer: a firewall or a network policy may drop the connection`,
        )
      }
      return code === 'ECONNREFUSED'
        ? explained('port-refused', `${at} refused the TCP connection: nothing listens there`)
        : explained('port-failed', `No TCP connection to ${at} (${code})`)
    case 'tls':
      return failure.timedOut
        ? explained(
            'tls-no-answer',
            `${at} does not answer: it accepts connections and did not finish the TLS handshake`,
          )
        : explainTlsFailure(code, at, failure)
    case 'settings':
      return failure.timedOut
        ? explained('not-grpc', `${at} accepts connections but does not speak gRPC`)
        : explainTlsFailure(code, at, failure)
    default:
      return unreachable(phase, 'connection phase')
  }
}

function explained(kind: FailureKind, message: string): Explanation {
  return { kind, message }
}

function explainTlsFailure(code: string, at: string, failure: ConnectFailure): Explanation {
  const certificate = `TLS: the certificate of ${at}`
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return explained('certificate-expired', `${certificate} has expired`)
    case 'CERT_NOT_YET_VALID':
      return explained('certificate-not-yet-valid', `${certificate} is not valid yet: check the clocks`)
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return explained(
        'certificate-name',
        `${certificate} is not for the name ${failure.serverName}; --server-name sets another`,
      )
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'CERT_SIGNATURE_FAILURE':
      return failure.hasCa
        ? explained('certificate-ca', `${certificate} is not signed by the given CA (${code})`)
        : explained(
            'certificate-ca-missing',
            `${certificate} is not signed by a CA that this system knows; --ca names the file of its CA (${code})`,
          )
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return explained('tls-not-spoken', `${at} does not speak TLS`)
    case 'ERR_HTTP2_ERROR':
    case 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL':
      return explained('not-grpc', `${at} does not speak HTTP/2, which gRPC needs`)
  }
  // OpenSSL's names of the alerts in RFC 8446, section 6.2. A certificate alert from the server is about our certificate.
  if (/^ERR_SSL_\w*ALERT_\w*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)/.test(code)) {
    return explainRefusal(`TLS: ${at} refused the client certificate (${code})`, failure)
  }
  // A server may also close the connection instead of sending an alert: with TLS 1.3 after our side of the handshake.
  if (failure.phase === 'settings' && failure.serverName !== '') {
    const closed = `${at} closed the connection after the TLS handshake`
    return explainRefusal(`${closed}: most likely it refused the client certificate`, failure)
  }
  if (failure.phase === 'settings') {
    return explained('tls-wanted', `${at} closed the connection: it may want TLS (${code})`)
  }
  return explained('tls-failed', `TLS with ${at} failed (${code})`)
}

/** The server refused our certificate, or wants one. */
function explainRefusal(
  message: string,
  { clientCertificateExpiry: expiry, now }: ConnectFailure,
): Explanation {
  if (expiry === null) return explained('own-missing', `${message}; none was given`)
  return expiry < now
    ? explained('own-expired', `${message}; ours expired on ${expiry.toISOString().slice(0, 10)}`)
    : explained('own-refused', message)
}
