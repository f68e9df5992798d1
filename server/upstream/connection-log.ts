/** What the gateway's log says of its connection to Goldmane. */
import type { Clock } from '../../src/lib/clock.ts'
import type { Log } from '../lib/log.ts'

/** Milliseconds: a failure that goes on is logged again after this, with how often it came. */
const REPEAT_AFTER_MS = 5 * 60_000
/** Different causes that are remembered; with more than these the log starts over. */
const MAX_CAUSES = 32

interface Repeated {
  loggedAt: number
  /** Since it was logged. */
  times: number
}

export class ConnectionLog {
  readonly #log: Log
  readonly #clock: Clock
  readonly #repeated = new Map<string, Repeated>()
  /** Unix milliseconds: the begin of the present outage; null while there is none. */
  #lostAt: number | null = null
  /** Whether the log says that Goldmane is lost. */
  #isTold = false
  #wasConnected = false

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  /** `since` is when the outage began, Unix milliseconds; now unless given. */
  lost(why: string, since: number = this.#clock.now()): void {
    this.#lostAt ??= since
    const now = this.#clock.now()
    const before = this.#repeated.get(why)
    if (before !== undefined) {
      before.times += 1
      if (now - before.loggedAt < REPEAT_AFTER_MS) return
    }
    if (this.#repeated.size >= MAX_CAUSES) this.#repeated.clear()
    this.#repeated.set(why, { loggedAt: now, times: 0 })
    this.#isTold = true
    this.#log.warn('goldmane lost', { why, times: before?.times ?? 1 })
  }

  /** Goldmane has answered. Does nothing while it is known to. */
  connected(): void {
    const lostAt = this.#lostAt
    if (lostAt === null && this.#wasConnected) return
    if (!this.#wasConnected) this.#log.info('goldmane connected')
    else if (this.#isTold && lostAt !== null) {
      this.#log.info('goldmane recovered', { afterSeconds: Math.round((this.#clock.now() - lostAt) / 1000) })
    }
    this.#wasConnected = true
    this.#lostAt = null
    this.#isTold = false
  }

  restarted(): void {
    this.#log.warn('goldmane restarted')
  }
}
