/**
 * What the log says of clients that did not get through TLS to the receiver. Goldmane's own log has no more than its library's
 * words for it, and is another team's.
 */
import type { Clock } from '../../src/lib/clock.ts'
import { errorCode } from '../lib/error-code.ts'
import type { Log } from '../lib/log.ts'

/** Milliseconds: the emitter tries each window every 30 s. */
const REPEAT_AFTER_MS = 5 * 60_000
/** Different causes that are remembered: a client cannot fill the memory with them. */
const MAX_CAUSES = 32

/** By OpenSSL's name. */
const CAUSES: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE:
    'The client has shown no certificate, as it does when it has none of the authority in --history-receiver-ca',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'The client does not know who signed --history-receiver-cert',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'The client does not take --history-receiver-cert',
}

export class HandshakeLog {
  readonly #log: Log
  readonly #clock: Clock
  readonly #repeated = new Map<string, { readonly loggedAt: number; times: number }>()

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  /** Logs each cause once in five minutes, with how often it came since. */
  failed(error: Error): void {
    const code = errorCode(error)
    // It has gone by itself, as a probe of the port does.
    if (code === 'ECONNRESET') return
    const now = this.#clock.now()
    const before = this.#repeated.get(code)
    if (before !== undefined && now - before.loggedAt < REPEAT_AFTER_MS) {
      before.times += 1
      return
    }
    if (this.#repeated.size >= MAX_CAUSES) this.#repeated.clear()
    this.#repeated.set(code, { loggedAt: now, times: 0 })
    this.#log.warn('emitter not let in', { why: CAUSES[code] ?? code, times: (before?.times ?? 0) + 1 })
  }
}
