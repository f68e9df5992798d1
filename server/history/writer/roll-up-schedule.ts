import { BackOff } from '../../../src/lib/back-off.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { HistoryError } from '../history-error.ts'
import type { HistoryStore } from '../history-store.ts'
import type { StoredIndex } from './stored-index.ts'
import { asHistoryError } from './writer-error.ts'

const HOUR_S = 3600
/** Seconds of stored records after an hour's end by which it counts as closed. */
const MARGIN_S = 120
/** Seconds of the gateway's clock after which it does so too, where the cluster is quiet. */
const QUIET_MARGIN_S = 900
/** Seconds by which records may be ahead of the gateway's clock and still close an hour: one bucket from a clock that is wrong is not. */
const MAX_AHEAD_S = 3600

/** An attempt reads an hour of records, and with little memory ends questions. */
const BACK_OFF = { minMs: 5000, firstBoundMs: 10_000, maxMs: 300_000 }

export interface RollUpOptions {
  readonly store: Pick<HistoryStore, 'rollUp'>
  readonly cluster: string
  readonly index: Pick<StoredIndex, 'newest'>
  readonly log: Log
  readonly clock: Clock
  /** Returns numbers in [0, 1), for the jitter of waits. */
  readonly random: () => number
}

/**
 * Rolls up the closed hours of a cluster, once for each hour that ends. Failures are its own: no bucket waits for sums, which can be made
 * for as long as the records are kept.
 */
export class RollUpSchedule {
  readonly #options: RollUpOptions
  /** Unix seconds: the end of the newest hour that was rolled up last. */
  #rolledTo = 0
  readonly #backOff: BackOff
  /** Unix milliseconds; null while the last attempt was a success. */
  #retryAt: number | null = null
  #trouble: string | null = null
  #failures = 0

  constructor(options: RollUpOptions) {
    this.#options = options
    this.#backOff = new BackOff(options.random, BACK_OFF)
  }

  /** Attempts that failed. */
  get failures(): number {
    return this.#failures
  }

  /**
   * Rolls up the hours that have closed. `oldestPending` is the start of the oldest bucket that waits to be stored, whose hour
   * is not closed. Returns whether there were any. After a failure, which the log says, it is done again later.
   */
  async runIfDue(oldestPending: number | null): Promise<boolean> {
    const { store, cluster, index, clock } = this.#options
    const { newest } = index
    if (newest === null || this.#retryInMs() > 0) return false
    const byRecords = newest.start + newest.seconds - MARGIN_S
    const byClock = clock.now() / 1000 - QUIET_MARGIN_S
    const latest = clock.now() / 1000 + MAX_AHEAD_S
    const closed = hourOf(Math.min(Math.max(byRecords, byClock), latest, oldestPending ?? Infinity))
    // It is earlier than before where the clock was ahead and was set back.
    if (closed === this.#rolledTo) return false
    try {
      await store.rollUp(cluster, closed)
    } catch (error) {
      this.#onFailure(asHistoryError(error))
      return false
    }
    this.#rolledTo = closed
    if (this.#retryAt !== null) this.#options.log.info('history hours are summed again')
    this.#retryAt = null
    this.#trouble = null
    this.#backOff.reset()
    return true
  }

  #onFailure({ trouble, message }: HistoryError): void {
    const { log, clock } = this.#options
    this.#failures += 1
    // The log has the same failure once.
    if (message !== this.#trouble) log.error('history hours cannot be summed', { trouble, why: message })
    this.#trouble = message
    this.#retryAt = clock.now() + this.#backOff.nextDelayMs()
  }

  /** Milliseconds until the next attempt after a failure; 0 when it is due, and after a clock that was set back. */
  #retryInMs(): number {
    const left = this.#retryAt === null ? 0 : this.#retryAt - this.#options.clock.now()
    return left > BACK_OFF.maxMs ? 0 : Math.max(0, left)
  }

  /** Milliseconds until the clock alone closes another hour, or an attempt that failed is due again. */
  untilNext(): number {
    const now = this.#options.clock.now() / 1000 - QUIET_MARGIN_S
    const next = (hourOf(now) + HOUR_S - now) * 1000 + 1
    return this.#retryAt === null ? next : Math.min(next, this.#retryInMs())
  }
}

function hourOf(time: number): number {
  return Math.floor(time / HOUR_S) * HOUR_S
}
