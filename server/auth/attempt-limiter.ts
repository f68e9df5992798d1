import type { Clock } from '../../src/lib/clock.ts'
import { clientNetwork } from '../lib/client-network.ts'

export interface AttemptLimits {
  readonly perClient: number
  readonly total: number
  readonly windowMs: number
}

/**
 * Limits attempts with a wrong token, of each client and of all together, in a fixed window of time. An attempt is taken
 * before its token is judged, so that a thousand at once are limited too, and given back when the token was right.
 *
 * Memory is bounded by the limit of all together: a client is remembered only within the window, and only when its attempt
 * was taken.
 */
export class AttemptLimiter {
  readonly #limits: AttemptLimits
  readonly #clock: Clock
  readonly #taken = new Map<string, number>()
  #total = 0
  #windowStart = 0

  constructor(limits: AttemptLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Takes an attempt. Returns 0, or the seconds until the next one when there is none left. */
  take(address: string): number {
    const now = this.#startWindow()
    const client = clientNetwork(address)
    const taken = this.#taken.get(client) ?? 0
    if (taken >= this.#limits.perClient || this.#total >= this.#limits.total)
      return Math.max(1, Math.ceil((this.#windowStart + this.#limits.windowMs - now) / 1000))
    this.#taken.set(client, taken + 1)
    this.#total += 1
    return 0
  }

  giveBack(address: string): void {
    const client = clientNetwork(address)
    const taken = this.#taken.get(client)
    // The window in which it was taken may be over.
    if (taken === undefined) return
    if (taken === 1) this.#taken.delete(client)
    else this.#taken.set(client, taken - 1)
    this.#total -= 1
  }

  #startWindow(): number {
    const now = this.#clock.now()
    if (now - this.#windowStart >= this.#limits.windowMs || now < this.#windowStart) {
      this.#windowStart = now
      this.#taken.clear()
      this.#total = 0
    }
    return now
  }
}
