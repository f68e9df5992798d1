/**
 * Chooses the start of a stream so that no record is lost between it and the one before. Goldmane's rules
 * (goldmane/pkg/storage/bucket_ring.go:676-770):
 * - it back-fills whole buckets of 15 s, and nothing at all for a start older than its ring of one hour;
 * - a start inside the bucket that fills now replays the whole hour, one in the bucket before gives nothing.
 *
 * A resumed stream asks for the newest bucket received, by its absolute start, which is a time of the server's clock.
 * That bucket had closed when it was sent, so it is never one of the last two. When it may have left the ring, and
 * before the first record, the start is relative, and the server subtracts it from its own clock. A client's clock that
 * runs fast therefore costs duplicates, which the store drops, and one that runs up to five minutes slow costs nothing.
 */

/** The ring's hour less one bucket, so that a rollover during the request does not push the start out of the ring. */
export const MAX_BACK_FILL_S = 3585
/** A shorter one would start in the two newest buckets, which the server does not back-fill. */
const MIN_BACK_FILL_S = 30
/** Five minutes less than the ring's hour: by the client's clock, an older bucket may have left the ring. */
const MAX_RESUME_AGE_S = 3300

/**
 * Returns FlowStreamRequest.start_time_gte: Unix seconds when positive, seconds before the server's now when negative,
 * 0 for live flows only. `resumeFrom` is the start of the newest bucket received (Unix seconds), `backFill` is in
 * seconds, `openedAt` and `now` are Unix milliseconds by the client's clock.
 */
export function startOfStream(
  resumeFrom: number | null,
  backFill: number,
  openedAt: number,
  now: number,
): number {
  if (resumeFrom !== null && now / 1000 - resumeFrom <= MAX_RESUME_AGE_S) return resumeFrom
  if (resumeFrom !== null) return -MAX_BACK_FILL_S
  // The flows since the source was opened are wanted too: attempts before this one may have failed.
  const wanted = Math.round(backFill + (now - openedAt) / 1000)
  return wanted <= 0 ? 0 : -Math.min(Math.max(wanted, MIN_BACK_FILL_S), MAX_BACK_FILL_S)
}
