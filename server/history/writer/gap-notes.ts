import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { MAX_BACK_FILL_S } from '../../../src/wire/stream-start.ts'
import type { MissingRange } from '../../../src/wire/freshness.ts'
import { NO_FLOWS_THERE, OVER_AN_HOUR } from '../../upstream/gap-filler.ts'
import type { HistoryGap } from '../history-store.ts'

/** Why records are missing: sentences without a full stop. */
export const GAP_CAUSES = {
  notRunning: 'The gateway did not run',
  notReached: 'Goldmane was not reached',
  restarted: 'Goldmane restarted',
  nothingThere: 'Goldmane had no records of it when the gateway started',
  tooSlow: 'The history could not keep up',
  notEmitted: "Goldmane's emitter sent no records of it",
  overlaps: "Goldmane's emitter sent records that overlap those of its window before",
  noMemory: "The gateway's memory for the last hour was full",
} as const

/** Goldmane says nothing of its past at a start: a shorter time without records is taken for a quiet one. */
const MIN_UNEXPLAINED_S = 60
/** Gaps that wait for a store that is down. Of more than that the two oldest become one. */
const MAX_NOTES = 1000

/** What is known when the first records have come after a start. All times are Unix seconds. */
export interface StartTimes {
  /** The end of the newest bucket that was stored before. */
  readonly storedTo: number
  readonly gatewayStart: number
  /** The oldest and newest bucket that Goldmane sent. */
  readonly oldest: number
  readonly newest: number
}

/** The gaps between what was stored before a start and what Goldmane still had. */
export function gapsAtStart({ storedTo, gatewayStart, oldest, newest }: StartTimes): readonly HistoryGap[] {
  // Goldmane's hour, counted from the bucket that fills while the newest one is sent.
  const hourStart = newest + 2 * BUCKET_SECONDS - MAX_BACK_FILL_S
  const gone = Math.min(Math.max(storedTo, hourStart), oldest)
  const started = Math.min(Math.max(gatewayStart, storedTo), gone)
  const gaps = [
    { from: storedTo, to: started, cause: GAP_CAUSES.notRunning },
    { from: started, to: gone, cause: GAP_CAUSES.notReached },
    { from: gone, to: oldest, cause: GAP_CAUSES.nothingThere },
  ]
  return gaps
    .map((gap) => ({ ...gap, from: nextBucketStart(gap.from), to: nextBucketStart(gap.to) }))
    .filter(({ from, to, cause }) =>
      cause === GAP_CAUSES.nothingThere ? to - from >= MIN_UNEXPLAINED_S : to > from,
    )
}

/**
 * The cause of a gap that the follower of Goldmane says will stay; null when it is none: Goldmane was asked for these buckets
 * and had no flows in them.
 * @param why what the gap filler says
 */
export function causeOfStayingGap(why: string, from: number, restartedAt: number | null): string | null {
  switch (why) {
    case OVER_AN_HOUR:
      return GAP_CAUSES.notReached
    case NO_FLOWS_THERE:
      return restartedAt !== null && restartedAt >= from ? GAP_CAUSES.restarted : null
    default:
      return why
  }
}

/** Gaps that are to be stored. */
export class GapNotes {
  #notes: HistoryGap[] = []

  get size(): number {
    return this.#notes.length
  }

  add({ from, to }: MissingRange, cause: string): void {
    if (from >= to) return
    const last = this.#notes.at(-1)
    if (last !== undefined && last.cause === cause && last.to >= from && last.from <= from)
      this.#notes[this.#notes.length - 1] = { ...last, to: Math.max(last.to, to) }
    else this.#notes.push({ from, to, cause })
    const [first, second] = this.#notes
    if (this.#notes.length > MAX_NOTES && first !== undefined && second !== undefined) {
      const both = { from: Math.min(first.from, second.from), to: Math.max(first.to, second.to) }
      this.#notes = [{ ...both, cause: second.cause }, ...this.#notes.slice(2)]
    }
  }

  /** Stores all by `store`, one after the other; those that are left when it rejects stay. Returns how many were. */
  async flush(store: (gap: HistoryGap) => Promise<void>): Promise<number> {
    let count = 0
    for (let next = this.#notes[0]; next !== undefined; next = this.#notes[0]) {
      // oxlint-disable-next-line no-await-in-loop -- in order
      await store(next)
      this.#notes = this.#notes.filter((note) => note !== next)
      count += 1
    }
    return count
  }
}

/** The start of the first bucket that begins at the time or later. */
function nextBucketStart(time: number): number {
  return Math.ceil(time / BUCKET_SECONDS) * BUCKET_SECONDS
}
