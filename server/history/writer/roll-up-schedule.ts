import type { Clock } from '../../../src/lib/clock.ts'
import type { HistoryStore } from '../history-store.ts'
import type { StoredIndex } from './stored-index.ts'

const HOUR_S = 3600
/** Seconds of stored records after an hour's end by which it counts as closed. */
const MARGIN_S = 120
/** Seconds of the gateway's clock after which it does so too, where the cluster is quiet. */
const QUIET_MARGIN_S = 900
/** Seconds by which records may be ahead of the gateway's clock and still close an hour: one bucket from a clock that is wrong is not. */
const MAX_AHEAD_S = 3600

export interface RollUpOptions {
  readonly store: Pick<HistoryStore, 'rollUp'>
  readonly cluster: string
  readonly index: Pick<StoredIndex, 'newest'>
  readonly clock: Clock
}

/** Rolls up the closed hours of a cluster, once for each hour that ends. */
export class RollUpSchedule {
  readonly #options: RollUpOptions
  /** Unix seconds: the end of the newest hour that was rolled up last. */
  #rolledTo = 0

  constructor(options: RollUpOptions) {
    this.#options = options
  }

  /**
   * Rolls up the hours that have closed. `oldestPending` is the start of the oldest bucket that waits to be stored, whose hour
   * is not closed. Returns whether there were any. Rejects with the store's HistoryError, and does it again then.
   */
  async runIfDue(oldestPending: number | null): Promise<boolean> {
    const { store, cluster, index, clock } = this.#options
    const { newest } = index
    if (newest === null) return false
    const byRecords = newest.start + newest.seconds - MARGIN_S
    const byClock = clock.now() / 1000 - QUIET_MARGIN_S
    const latest = clock.now() / 1000 + MAX_AHEAD_S
    const closed = hourOf(Math.min(Math.max(byRecords, byClock), latest, oldestPending ?? Infinity))
    // It is earlier than before where the clock was ahead and was set back.
    if (closed === this.#rolledTo) return false
    await store.rollUp(cluster, closed)
    this.#rolledTo = closed
    return true
  }

  /** Milliseconds until the clock alone closes another hour. */
  untilNext(): number {
    const now = this.#options.clock.now() / 1000 - QUIET_MARGIN_S
    return (hourOf(now) + HOUR_S - now) * 1000 + 1
  }
}

function hourOf(time: number): number {
  return Math.floor(time / HOUR_S) * HOUR_S
}
