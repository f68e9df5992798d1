import type { Clock } from '../../../src/lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { HistoryError } from '../history-error.ts'
import type { HistoryStats, HistoryStore, SalvagedFile } from '../history-store.ts'
import { makeExclusive } from './exclusively.ts'
import { asHistoryError } from './writer-error.ts'

const HOUR_S = 3600
const DAY_S = 86_400
const CHECK_MS = 60_000
/** Milliseconds to wait after records were deleted for their size and it did not fall, as where an engine frees space later. */
const SIZE_PAUSE_MS = 900_000
const MAX_CLOSING_MS = 2000
/** Milliseconds until damaged files are read again that could not be because space or memory was missing. */
const SALVAGE_PAUSE_MS = 900_000
/** Deletions of one check. */
const MAX_DROPS = 400

export interface HistoryKeeperOptions {
  readonly store: Pick<HistoryStore, 'drop' | 'salvage' | 'stats'>
  readonly days: number
  readonly hourDays: number
  /** Bytes; null without a limit. */
  readonly maxBytes: number | null
  readonly log: Log
  readonly clock: Clock
}

/**
 * Deletes what is older than it is to be kept, once an hour. While all takes more than it may, the oldest days go, then the
 * oldest months of the roll-up, and at last hours of the newest day.
 */
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
  readonly #toldDamaged = new Set<string>()
  readonly #closing = new AbortController()
  #salvage: Promise<void> | null = null
  /** Unix milliseconds. */
  #salvagePausedUntil = -Infinity
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
    const { days, maxBytes, clock } = this.#options
    const { oldest = null, newest = null, bytes = 0 } = this.#stats ?? {}
    if (maxBytes === null || oldest === null || newest === null) return 'days'
    const held = Math.max(HOUR_S, Math.min(newest, clock.now() / 1000) - oldest)
    return (bytes / held) * days * DAY_S > maxBytes ? 'size' : 'days'
  }

  /** Resolves when nothing is under way, or a store that does not answer has had two seconds for it. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#closing.abort(new HistoryError('unavailable', 'The gateway ends'))
    this.#cancel()
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(MAX_CLOSING_MS, resolve)
      void this.#exclusively(async () => {
        await this.#salvage
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
    const { store, log } = this.#options
    try {
      this.#stats = await store.stats()
      this.#tellDamaged(this.#stats)
      this.#beginSalvage(this.#stats)
      await this.#dropOld(this.#stats)
      await this.#dropForSize()
      this.#lastTrouble = null
    } catch (error) {
      const { message } = asHistoryError(error)
      if (message !== this.#lastTrouble) log.warn('history cannot be tidied', { why: message })
      this.#lastTrouble = message
    }
  }

  #tellDamaged({ damaged }: HistoryStats): void {
    for (const file of damaged) {
      if (!this.#toldDamaged.has(file))
        this.#options.log.error('history file is damaged, and was set aside', { file })
      this.#toldDamaged.add(file)
    }
  }

  /** Beside the checks: a day may take minutes, in which what is held may outgrow its size. */
  #beginSalvage({ damaged }: HistoryStats): void {
    const pause = this.#salvagePausedUntil - this.#options.clock.now()
    if (damaged.length === 0 || this.#salvage !== null || (pause > 0 && pause <= SALVAGE_PAUSE_MS)) return
    this.#salvage = this.#salvageFiles().finally(() => {
      this.#salvage = null
    })
  }

  async #salvageFiles(): Promise<void> {
    const { store, log } = this.#options
    try {
      const { readBack, postponed } = await store.salvage(this.#closing.signal)
      for (const salvaged of readBack) {
        const level = salvaged.lost === 0 ? 'info' : 'error'
        log[level](wordsOf(salvaged), { ...salvaged, lost: salvaged.lost ?? 'not known' })
      }
      for (const each of postponed) this.#postponeSalvage({ ...each })
    } catch (error) {
      if (!this.#isClosed) this.#postponeSalvage({ why: asHistoryError(error).message })
    }
  }

  #postponeSalvage(reason: { readonly why: string; readonly file?: string }): void {
    const { clock, log } = this.#options
    this.#salvagePausedUntil = clock.now() + SALVAGE_PAUSE_MS
    log.warn('damaged history file cannot be read back now', reason)
  }

  async #dropOld(held: HistoryStats): Promise<void> {
    const { store, clock } = this.#options
    const now = clock.now()
    // In both directions, because the clock may be set back.
    if (Math.abs(now - this.#droppedAt) < HOUR_S * 1000) return
    const { raw, rows } = await this.#drop(held, 0, 0)
    this.#droppedAt = now
    this.#droppedBefore = Math.max(this.#droppedBefore, raw)
    if (rows > 0) this.#stats = await store.stats()
  }

  async #dropForSize(): Promise<void> {
    const { store, maxBytes, clock, log } = this.#options
    const pause = this.#sizePausedUntil - clock.now()
    if (maxBytes === null || (pause > 0 && pause <= SIZE_PAUSE_MS)) return
    for (let drops = 0; drops < MAX_DROPS; drops++) {
      const before = this.#stats
      if (before === null || before.bytes <= maxBytes) break
      const next = this.#nextDrop(before)
      if (next === null || this.#isClosed) break
      const { rows } = await this.#drop(before, next.raw, next.hours)
      this.#droppedBefore = Math.max(this.#droppedBefore, next.raw)
      this.#stats = await store.stats()
      const end = new Date(Math.max(next.raw, next.hours) * 1000).toISOString()
      log.info('history deleted for its size', {
        before: end,
        rows,
        what: next.hours > 0 ? 'hours' : 'records',
      })
      if (this.#stats.bytes < before.bytes) continue
      this.#sizePausedUntil = clock.now() + SIZE_PAUSE_MS
      break
    }
  }

  /** What goes next for its size, as ends in Unix seconds, 0 for nothing of a kind; null where only the present hour is left. */
  #nextDrop(held: HistoryStats): { readonly raw: number; readonly hours: number } | null {
    const { oldest, newest, oldestHour } = held
    const clock = this.#options.clock.now() / 1000
    // A clock before all that is held is wrong, and the size has to be kept nevertheless.
    const now = oldest !== null && newest !== null && clock < oldest ? newest : this.#ageTime(held)
    const day = oldest === null ? null : endOf(oldest, DAY_S)
    if (day !== null && day <= now - DAY_S) return { raw: day, hours: 0 }
    const month = oldestHour === null ? null : endOfMonth(oldestHour)
    if (month !== null && month <= now - HOUR_S) return { raw: 0, hours: month }
    const ends = oldest === null ? [] : [endOf(oldest, DAY_S), endOf(oldest, HOUR_S)]
    const end = ends.find((each) => each <= now - HOUR_S)
    return end === undefined ? null : { raw: end, hours: 0 }
  }

  /** Deletes the records and hours that are too old, and those that end before these times. */
  async #drop(
    held: HistoryStats,
    rawEnd: number,
    hoursEnd: number,
  ): Promise<{ readonly raw: number; readonly rows: number }> {
    const { store, days, hourDays } = this.#options
    const now = this.#ageTime(held)
    const raw = Math.max(now - days * DAY_S, rawEnd)
    const { rows } = await store.drop({ raw, hours: Math.max(now - hourDays * DAY_S, hoursEnd) })
    return { raw, rows }
  }

  /**
   * The time that ages are counted from, in whole Unix seconds: no later than the newest record, because a clock that is ahead would
   * delete all at once.
   */
  #ageTime({ newest }: HistoryStats): number {
    return Math.min(Math.floor(this.#options.clock.now() / 1000), newest ?? Infinity)
  }
}

function wordsOf({ records, lost }: SalvagedFile): string {
  if (lost === 0) return 'damaged history file was read back whole'
  return records === 0
    ? 'nothing of a damaged history file could be read back'
    : 'damaged history file was read back in part'
}

function endOf(time: number, length: number): number {
  return Math.floor(time / length) * length + length
}

/** Hours are kept in files or partitions of a month. */
function endOfMonth(time: number): number {
  const date = new Date(time * 1000)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) / 1000
}
