/**
 * What the log says of clients that did not get through TLS to the receiver. Goldmane's own log has no more than its library's
 * words for it, and is another team's.
 */
import type { Clock } from '../../src/lib/clock.ts'
import { errorCode } from '../lib/error-code.ts'
import type { Log } from '../lib/log.ts'
import { SeldomLog } from '../lib/seldom-log.ts'

/** By OpenSSL's name. */
const CAUSES: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE:
    'The client has shown no certificate, as it does when it has none of the authority in --history-receiver-ca',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'The client does not know who signed --history-receiver-cert',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'The client does not take --history-receiver-cert',
}

export class HandshakeLog {
  readonly #log: SeldomLog

  constructor(log: Log, clock: Clock) {
    this.#log = new SeldomLog('emitter not let in', log, clock)
  }

  failed(error: Error): void {
    const code = errorCode(error)
    // It has gone by itself, as a probe of the port does.
    if (code === 'ECONNRESET') return
    this.#log.warn(code, { why: CAUSES[code] ?? code })
  }
}
