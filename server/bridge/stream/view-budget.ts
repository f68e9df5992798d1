/**
 * What the filters of one client may cost. A filter that nobody has used yet is evaluated on every key of the ring, so a
 * client that opens streams with ever new filters would have the gateway to itself. Beyond its budget its own streams
 * become slower, and lose nothing.
 */
import type { Clock } from '../../../src/lib/clock.ts'
import { dropOldest } from '../../lib/drop-oldest.ts'

/** Work is counted in records passed, of which about 10 million take a second of CPU; see WORK_PER_CALL. */
const WORK_PER_SECOND = 1_000_000
/** At once: about twenty new filters on the largest ring, of 20,000 keys in each of 240 buckets. */
export const MAX_SAVED_WORK = 200_000_000
/** Clients that are remembered; of more those that have spent longest ago are forgotten. */
const MAX_CLIENTS = 10_000

interface Account {
  /** Negative after work that was more than what was left. */
  readonly left: number
  /** Unix milliseconds, when that was so. */
  readonly at: number
}

export class ViewBudget {
  readonly #clock: Clock
  /** The client that has spent longest ago first. */
  readonly #accounts = new Map<string, Account>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Milliseconds until the client may cause work again; 0 when it may now. */
  delayMs(client: string): number {
    return Math.max(0, Math.ceil((-this.#left(client) / WORK_PER_SECOND) * 1000))
  }

  spend(client: string, work: number): void {
    if (work === 0) return
    const account = { left: this.#left(client) - work, at: this.#clock.now() }
    this.#accounts.delete(client)
    this.#accounts.set(client, account)
    dropOldest(this.#accounts, MAX_CLIENTS)
  }

  #left(client: string): number {
    const account = this.#accounts.get(client)
    if (account === undefined) return MAX_SAVED_WORK
    const seconds = Math.max(0, this.#clock.now() - account.at) / 1000
    return Math.min(MAX_SAVED_WORK, account.left + seconds * WORK_PER_SECOND)
  }
}
