import type { Clock } from '../../../src/lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { HistoryStats, HistoryStore } from '../history-store.ts'
import { makeExclusive } from './exclusively.ts'
import { asHistoryError } from './writer-error.ts'

const HOUR_S = 3600
const DAY_S = 86_400
const CHECK_MS = 60_000
/** Milliseconds to wait after records were deleted for their size and it did not fall, as where an engine frees space later. */
const SIZE_PAUSE_MS = 900_000
const MAX_CLOSING_MS = 2000
/** Deletions of one check. */
const MAX_DROPS = 400

export interface HistoryKeeperOptions {
  readonly store: Pick<HistoryStore, 'drop' | 'stats'>
  readonly days: number
  readonly hourDays: number
  /** Bytes; null without a limit. */
  readonly maxBytes: number | null
  readonly log: Log
  readonly clock: Clock
}

/** Deletes what is older than it is to be kept, once an hour, and the oldest days while all takes more than it may. */
export class HistoryKeeper {
  readonly #options: HistoryKeeperOptions
  readonly #exclusively = makeExclusive()
  #stats: HistoryStats | null = null
  /** Unix seconds: records as they came are deleted before it. */
  #droppedBefore = 0
  #droppedAt = -Infinity
  /** Unix milliseconds. */
  #sizePausedUntil = -Infinity
  #lastTrouble: string | null = null
  #cancel = () => {}
  #isClosed = false

  constructor(options: HistoryKeeperOptions) {
    this.#options = options
    void this.#run()
  }

  /** At most a minute old; null before the first answer. */
  get stats(): HistoryStats | null {
    return this.#stats
  }

  /** Unix seconds: no record that ended before it is held. */
  get droppedBefore(): number {
    return this.#droppedBefore
  }

  get limits(): Pick<HistoryKeeperOptions, 'days' | 'hourDays' | 'maxBytes'> {
    const { days, hourDays, maxBytes } = this.#options
    return { days, hourDays, maxBytes }
  }

  /** Which of the two limits is reached first, as far as the size of what is held tells. */
  get reachedFirst(): 'days' | 'size' {
    const { days, maxBytes } = this.#options
    const { oldest = null, newest = null, bytes = 0 } = this.#stats ?? {}
    if (maxBytes === null || oldest === null || newest === null) return 'days'
    const held = Math.max(HOUR_S, newest - oldest)
    return (bytes / held) * days * DAY_S > maxBytes ? 'size' : 'days'
  }

  /** Resolves when nothing is under way, or a store that does not answer has had two seconds for it. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancel()
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(MAX_CLOSING_MS, resolve)
      void this.#exclusively(async () => {
        cancel()
        resolve()
      })
    })
  }

  async #run(): Promise<void> {
    await this.#exclusively(() => this.#check())
    if (this.#isClosed) return
    this.#cancel = this.#options.clock.after(CHECK_MS, () => void this.#run())
  }

  async #check(): Promise<void> {
    const { log } = this.#options
    try {
      await this.#dropOld()
      await this.#dropForSize()
      this.#lastTrouble = null
    } catch (error) {
      const { message } = asHistoryError(error)
      if (message !== this.#lastTrouble) log.warn('history cannot be tidied', { why: message })
      this.#lastTrouble = message
    }
  }

  async #dropOld(): Promise<void> {
    const { store, clock } = this.#options
    const now = clock.now()
    if (now - this.#droppedAt < HOUR_S * 1000) return
    const { raw } = await this.#drop(0)
    this.#droppedAt = now
    this.#droppedBefore = Math.max(this.#droppedBefore, raw)
    this.#stats = await store.stats()
  }

  async #dropForSize(): Promise<void> {
    const { store, maxBytes, clock, log } = this.#options
    this.#stats = await store.stats()
    if (maxBytes === null || clock.now() < this.#sizePausedUntil) return
    for (let drops = 0; drops < MAX_DROPS && this.#stats.bytes > maxBytes; drops++) {
      const before: HistoryStats = this.#stats
      const end = before.oldest === null ? null : this.#endOfOldest(before.oldest)
      if (end === null || this.#isClosed) break
      const { rows } = await this.#drop(end)
      this.#droppedBefore = Math.max(this.#droppedBefore, end)
      this.#stats = await store.stats()
      log.info('history deleted for its size', { before: new Date(end * 1000).toISOString(), rows })
      if (this.#stats.bytes < before.bytes) continue
      this.#sizePausedUntil = clock.now() + SIZE_PAUSE_MS
      break
    }
  }

  /** The end of the oldest day, or of its hour where that is today; null where it is the present one. */
  #endOfOldest(oldest: number): number | null {
    const newest = this.#options.clock.now() / 1000 - HOUR_S
    for (const length of [DAY_S, HOUR_S]) {
      const end = Math.floor(oldest / length) * length + length
      if (end <= newest) return end
    }
    return null
  }

  /** Deletes the records that are too old, and those that end before `atLeast`. */
  async #drop(atLeast: number): Promise<{ readonly raw: number; readonly rows: number }> {
    const { store, days, hourDays, clock } = this.#options
    const now = clock.now() / 1000
    const raw = Math.max(now - days * DAY_S, atLeast)
    const { rows } = await store.drop({ raw, hours: now - hourDays * DAY_S })
    return { raw, rows }
  }
}
