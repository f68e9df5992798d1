import type { Clock } from '../../src/lib/clock.ts'
import type { Log } from './log.ts'

/** Milliseconds: what tries again by itself fails for the same cause every few seconds. */
const REPEAT_AFTER_MS = 5 * 60_000
/** Different causes that are remembered: a client cannot fill the memory with them. */
const MAX_CAUSES = 32

/** Warns of each cause of an event once in five minutes, with how often it came since. */
export class SeldomLog {
  readonly #event: string
  readonly #log: Log
  readonly #clock: Clock
  readonly #repeated = new Map<string, { readonly loggedAt: number; times: number }>()

  constructor(event: string, log: Log, clock: Clock) {
    this.#event = event
    this.#log = log
    this.#clock = clock
  }

  warn(cause: string, fields: Readonly<Record<string, string>>): void {
    const now = this.#clock.now()
    const before = this.#repeated.get(cause)
    if (before !== undefined && now - before.loggedAt < REPEAT_AFTER_MS) {
      before.times += 1
      return
    }
    if (this.#repeated.size >= MAX_CAUSES) this.#repeated.clear()
    this.#repeated.set(cause, { loggedAt: now, times: 0 })
    this.#log.warn(this.#event, { ...fields, times: (before?.times ?? 0) + 1 })
  }
}
