import type { Clock } from '../../src/lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Refusal, RefusalReason } from './access-refusal.ts'

const WINDOW_MS = 60_000
/** An attacker who is refused a thousand times a second must not fill a disk. */
const MAX_LINES_PER_REASON = 5

/** Logs refusals with their reason and the client's address: a few for each reason and minute, the rest as a count. */
export class RefusalLog {
  readonly #log: Log
  readonly #clock: Clock
  readonly #counts = new Map<RefusalReason, number>()
  #windowStart = 0

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  report(refusal: Refusal, client: string): void {
    this.#startWindow()
    const count = (this.#counts.get(refusal.reason) ?? 0) + 1
    this.#counts.set(refusal.reason, count)
    if (count > MAX_LINES_PER_REASON) return
    const fields = { reason: refusal.reason, client, status: refusal.status }
    // A page that is opened before its user has logged in is no attack.
    if (refusal.reason === 'no login') this.#log.info('viewer refused', fields)
    else this.#log.warn('viewer refused', fields)
  }

  /** Begins a new window when the last one is over, with a line for each reason of which lines were left out. */
  #startWindow(): void {
    const now = this.#clock.now()
    if (now - this.#windowStart < WINDOW_MS && now >= this.#windowStart) return
    for (const [reason, count] of this.#counts) {
      const more = count - MAX_LINES_PER_REASON
      if (more > 0) this.#log.warn('viewers refused without a line each', { reason, more })
    }
    this.#counts.clear()
    this.#windowStart = now
  }
}
