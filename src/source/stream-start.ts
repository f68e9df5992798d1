/**
 * What the stream is asked for at its start decides whether anything is lost. Goldmane's quirks
 * (goldmane/pkg/storage/bucket_ring.go:676-770):
 * - it back-fills whole buckets of 15 s, and nothing at all for a start older than its ring of one hour;
 * - a start inside the bucket that fills now replays the whole hour, one in the bucket before gives nothing.
 *
 * Resuming asks for the newest bucket held by its absolute start, a time that came from the server: it reached us after
 * it closed, so it is never one of the last two. When it may have left the ring, and before anything is held, the start
 * is relative, which the server takes from its own clock. So a clock of ours that runs fast costs duplicates, which the
 * store drops, and one that runs up to five minutes slow costs nothing.
 */

/** Seconds: the ring's hour less one bucket, so that a rollover on the way does not push the start out of it. */
export const MAX_BACK_FILL = 3585
/** Seconds: less would fall in the two newest buckets, which the server does not back-fill. */
const MIN_BACK_FILL = 30
/** Seconds: a bucket older than this by our clock is asked for by a relative start, five minutes before the ring ends. */
const RESUME_WITHIN = 3300

/**
 * FlowStreamRequest.start_time_gte: Unix seconds when positive, seconds before the server's now when negative, 0 for
 * live flows only. `openedAt` and `now` are Unix milliseconds by our clock.
 */
export function startOfStream(
  resumeFrom: number | null,
  history: number,
  openedAt: number,
  now: number,
): number {
  if (resumeFrom !== null && now / 1000 - resumeFrom <= RESUME_WITHIN) return resumeFrom
  if (resumeFrom !== null) return -MAX_BACK_FILL
  // Nothing came yet, but what happened since the source was opened is wanted as well.
  const wanted = Math.round(history + (now - openedAt) / 1000)
  return wanted <= 0 ? 0 : -Math.min(Math.max(wanted, MIN_BACK_FILL), MAX_BACK_FILL)
}
