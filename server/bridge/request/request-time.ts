/** The times of requests, resolved as Goldmane would: by its clock, which may differ from the gateway's. */
import { bucketStart, BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { resolveTime } from '../../../src/goldmane/request-times.ts'
import type { UpstreamState } from '../../../src/wire/freshness.ts'

/** Seconds that Goldmane holds before the bucket that is filling. */
export const HELD_SECONDS = 3600

/** A bucket is sent one interval after it closed, so that the newest one received began 30 to 45 s ago. */
const SENT_AFTER_S = 2 * BUCKET_SECONDS

/**
 * A newest bucket that is this much older than it should be means that the clocks differ, or that nothing happens. While
 * an hour is being read, or Goldmane is away, it may be an hour older.
 */
const MAX_LAG_S = 90

export interface GoldmaneClock {
  /** Unix seconds by the gateway's clock. */
  readonly now: number
  readonly state: UpstreamState
  /** The start of the newest bucket received; null before the first one. */
  readonly newestBucket: number | null
}

/**
 * Goldmane's time in Unix seconds, about: the gateway's, unless the buckets that arrive say that the two differ. In a
 * cluster where nothing happened for a while it is too early; a relative range then reaches back further than asked for.
 */
export function goldmaneTime({ now, state, newestBucket }: GoldmaneClock): number {
  const second = Math.floor(now)
  if (newestBucket === null) return second
  const expected = newestBucket + SENT_AFTER_S
  const isAhead = newestBucket > second
  const isBehind = second - expected > (state === 'live' ? MAX_LAG_S : HELD_SECONDS + MAX_LAG_S)
  return isAhead || isBehind ? expected : second
}

/**
 * Where a reader of the ring begins. Who asks for the whole hour gets all that is held: while the hour is still being read
 * it is not known whether the clocks differ, and a bucket too many is better than minutes too few.
 */
export function readerStart(start: number | null, time: number): number | null {
  const oldest = bucketStart(time) - HELD_SECONDS
  return start !== null && start <= oldest + 2 * BUCKET_SECONDS ? 0 : start
}

/**
 * The bucket that a stream begins with; null for live flows alone. A start before what Goldmane holds becomes the oldest
 * bucket, and one that is not due yet means live flows. Upstream: storage/bucket_ring.go:684-716, whose wrong answers to
 * both docs/goldmane.md lists.
 */
export function streamStart(asked: bigint, time: number): number | null {
  const current = bucketStart(time)
  const firstLive = current - BUCKET_SECONDS
  const start = bucketStart(resolveTime(asked, time, firstLive))
  if (start >= firstLive) return null
  return Math.max(start, current - HELD_SECONDS)
}
