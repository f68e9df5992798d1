/**
 * The clock of a replay: how the play head of a capture moves, in whole buckets of its own time. Pure: the head is in the
 * address, and replay-player.ts has the timer. Heads and times are Unix seconds.
 */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { TimeRange } from '../client/time-range.ts'

/** How many seconds of the capture pass in one of ours. */
export const SPEEDS = [1, 4, 15, 60, 240, 3600] as const
export type Speed = (typeof SPEEDS)[number]

export interface ReplayClock {
  readonly playing: boolean
  readonly speed: Speed
  /** Whether it begins again at the end, where it otherwise pauses. */
  readonly loop: boolean
  readonly pauseAtDenial: boolean
  /** Seconds of the capture that passed since the head moved last: less than a bucket. */
  readonly passed: number
  /** Why it paused by itself, and at which head; null where it did not. */
  readonly stop: { readonly by: 'denial' | 'end'; readonly at: number } | null
}

export const STANDING: ReplayClock = {
  playing: false,
  speed: 15,
  loop: false,
  pauseAtDenial: true,
  passed: 0,
  stop: null,
}

/** A clock with its head. */
export interface Moment {
  readonly clock: ReplayClock
  readonly head: number
}

/** A page that was suspended goes on where it was, instead of jumping over what its reader did not see. */
const MAX_ELAPSED_MS = 1000

/** The bucket that a time is in, by its end: the first head from which the bucket is shown. */
export function headAfter(time: number): number {
  return (Math.floor(time / BUCKET_SECONDS) + 1) * BUCKET_SECONDS
}

/** The first and the last head of a capture: after its first bucket, and after its last one. */
export function headsOf({ oldest, newest }: { readonly oldest: number; readonly newest: number }): TimeRange {
  const from = headAfter(oldest)
  return { from, to: Math.max(from, Math.ceil(newest / BUCKET_SECONDS) * BUCKET_SECONDS) }
}

/** The whole bucket that is next to a time, within the heads of the capture. */
export function nearestHead(time: number, { from, to }: TimeRange): number {
  return Math.min(to, Math.max(from, Math.round(time / BUCKET_SECONDS) * BUCKET_SECONDS))
}

/** The head so many buckets further on, or back. From between two buckets the first step goes to the next one. */
export function steppedHead(head: number, buckets: number, heads: TimeRange): number {
  const from = buckets > 0 ? Math.floor(head / BUCKET_SECONDS) : Math.ceil(head / BUCKET_SECONDS)
  return nearestHead((from + buckets) * BUCKET_SECONDS, heads)
}

/** The speed after it or before it; the last one in that direction stays. */
export function neighbourSpeed(speed: Speed, direction: 1 | -1): Speed {
  return SPEEDS[SPEEDS.indexOf(speed) + direction] ?? speed
}

/** Plays; from the end it begins again. */
export function play({ clock, head }: Moment, heads: TimeRange): Moment {
  return {
    clock: { ...clock, playing: true, passed: 0, stop: null },
    head: head >= heads.to ? heads.from : head,
  }
}

export function pause(clock: ReplayClock, stop: ReplayClock['stop'] = null): ReplayClock {
  return { ...clock, playing: false, passed: 0, stop }
}

/**
 * The moment after so many of our milliseconds. `nextDenial` is when the next new denial begins, at the head or later; null
 * without one, and undefined while it is not known: the clock then waits, where it has to pause at one.
 */
export function advance(
  { clock, head }: Moment,
  elapsed: number,
  heads: TimeRange,
  nextDenial: number | null | undefined,
): Moment {
  if (!clock.playing) return { clock, head }
  if (clock.pauseAtDenial && nextDenial === undefined) return { clock, head }
  const passed = clock.passed + (Math.min(MAX_ELAPSED_MS, Math.max(0, elapsed)) / 1000) * clock.speed
  const buckets = Math.floor(passed / BUCKET_SECONDS)
  if (buckets === 0) return { clock: { ...clock, passed }, head }
  const next = (Math.floor(head / BUCKET_SECONDS) + buckets) * BUCKET_SECONDS
  const stops = clock.pauseAtDenial && typeof nextDenial === 'number' && nextDenial < heads.to
  const denial = stops ? headAfter(nextDenial) : Infinity
  if (next >= denial) return { clock: pause(clock, { by: 'denial', at: denial }), head: denial }
  const left = { ...clock, passed: passed - buckets * BUCKET_SECONDS }
  if (next < heads.to) return { clock: left, head: next }
  // The end is shown for a tick before it begins again.
  if (clock.loop) return { clock: { ...left, passed: 0 }, head: head >= heads.to ? heads.from : heads.to }
  return { clock: pause(clock, { by: 'end', at: heads.to }), head: heads.to }
}
