import type { Clock } from '../../src/lib/clock.ts'
import { clientNetwork } from '../lib/client-network.ts'
import { dropOldest } from '../lib/drop-oldest.ts'

export interface AttemptLimits {
  readonly perClient: number
  /** Beyond so many of all clients together each one has a single attempt left. */
  readonly total: number
  readonly windowMs: number
}

/** Clients that are remembered within a window. */
const MAX_CLIENTS = 10_000

/**
 * Limits attempts with a wrong token, of each client and of all together, in a fixed window of time. An attempt is taken
 * before its token is judged, so that a thousand at once are limited too, and given back when the token was right.
 *
 * An attacker with many addresses uses up what all clients have together. Each client keeps one attempt then, because
 * otherwise the attack would lock everybody out: who has the right token needs no more.
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
    const { perClient, total } = this.#limits
    if (taken >= (this.#total < total ? perClient : 1))
      return Math.max(1, Math.ceil((this.#windowStart + this.#limits.windowMs - now) / 1000))
    this.#taken.set(client, taken + 1)
    this.#total += 1
    dropOldest(this.#taken, MAX_CLIENTS)
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
