/** What is told of the recording of a cluster: to the page and to Prometheus. */
import type { Clock } from '../../../src/lib/clock.ts'
import type { UpstreamState } from '../../../src/wire/freshness.ts'
import {
  type HistoryState,
  type HistoryStatus,
  MAX_STORED_GAPS,
  type StoredGap,
} from '../../../src/wire/history-status.ts'
import type { HistoryStore } from '../history-store.ts'
import type { HistoryKeeper } from './history-keeper.ts'
import type { HistoryRecorder } from './history-recorder.ts'
import type { StoredIndex } from './stored-index.ts'

/** Seconds after its end in which a bucket is stored when all is well: Goldmane sends it after 45 at most. */
const PROMPT_S = 120
/** Milliseconds for which what was read of the store is told. */
const STORED_MAX_AGE_MS = 10_000

export interface RecordingStatusOptions {
  readonly store: Pick<HistoryStore, 'gaps' | 'keptTimes'>
  readonly engine: HistoryStatus['engine']
  readonly cluster: string
  readonly recorder: Pick<HistoryRecorder, 'isPrepared' | 'firstStored' | 'failure' | 'counts' | 'queue'>
  readonly index: Pick<StoredIndex, 'newest'>
  readonly keeper: Pick<HistoryKeeper, 'stats' | 'droppedBefore' | 'limits' | 'reachedFirst'>
  readonly follower: {
    readonly status: { readonly state: UpstreamState; readonly cause: string | null }
  }
  readonly clock: Clock
}

export class RecordingStatus {
  readonly #options: RecordingStatusOptions
  #gaps: readonly StoredGap[] = []
  #hoursFrom: number | null = null
  /** Unix milliseconds. */
  #storedReadAt = -Infinity

  constructor(options: RecordingStatusOptions) {
    this.#options = options
  }

  /** Never rejects: of a store that is down it tells what was known last. */
  async read(): Promise<HistoryStatus> {
    const { engine, recorder, index, keeper, clock } = this.#options
    const now = clock.now() / 1000
    await this.#readStored()
    const { newest } = index
    const gaps = this.#gaps.slice(-MAX_STORED_GAPS)
    const from = recorder.firstStored
    return {
      engine,
      ...this.#state(now),
      now,
      from: from === null ? null : Math.max(from, keeper.droppedBefore),
      to: newest === null ? null : newest.start + newest.seconds,
      hoursFrom: this.#hoursFrom,
      grain: newest?.seconds ?? null,
      behind: this.behind,
      ...keeper.limits,
      bytes: keeper.stats?.bytes ?? 0,
      reachedFirst: keeper.reachedFirst,
      gaps,
      gapsOmitted: this.#gaps.length - gaps.length,
      dropped: recorder.counts.dropped,
      damagedFiles: keeper.stats?.damaged.length ?? 0,
    }
  }

  /** Seconds from the end of the oldest bucket that waits to be stored; 0 when none does. */
  get behind(): number {
    const { recorder, clock } = this.#options
    const { oldestEnd } = recorder.queue
    return oldestEnd === null ? 0 : Math.max(0, Math.round(clock.now() / 1000 - oldestEnd))
  }

  #state(now: number): { state: HistoryState; cause: string | null; retryAt: number | null } {
    const { recorder, follower } = this.#options
    const { failure, queue } = recorder
    if (failure !== null)
      return { state: 'failing', cause: failure.error.message, retryAt: failure.retryAt / 1000 }
    if (!recorder.isPrepared) return { state: 'starting', cause: null, retryAt: null }
    if (queue.oldestEnd !== null && now - queue.oldestEnd > PROMPT_S)
      return { state: 'behind', cause: null, retryAt: null }
    const { state, cause } = follower.status
    if (state === 'unreachable' || state === 'silent') return { state: 'waiting', cause, retryAt: null }
    return { state: 'writing', cause: null, retryAt: null }
  }

  async #readStored(): Promise<void> {
    const { store, cluster, clock, keeper } = this.#options
    const now = clock.now()
    // In both directions, because the clock may be set back.
    if (Math.abs(now - this.#storedReadAt) < STORED_MAX_AGE_MS) return
    this.#storedReadAt = now
    const from = Math.max(0, Math.floor(now / 1000 - keeper.limits.hourDays * 86_400))
    try {
      this.#hoursFrom = (await store.keptTimes(cluster)).oldestHour
      this.#gaps = await store.gaps(cluster, { from, to: Math.ceil(now / 1000) + 86_400 })
    } catch {
      // The state says that the store is failing, if it is.
    }
  }
}
