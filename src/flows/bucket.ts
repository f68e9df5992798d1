/** Goldmane's bucket: the time over which the records of a key are summed, and so the precision of every time. */

/**
 * Seconds. Buckets start at multiples of it in Unix time (goldmane/pkg/goldmane/goldmane.go:37-42, default
 * aggregation window; goldmane/pkg/storage/utils.go, GetStartTime).
 */
export const BUCKET_SECONDS = 15

/** The start of the bucket that a time is in, both Unix seconds. */
export function bucketStart(time: number): number {
  return Math.floor(time / BUCKET_SECONDS) * BUCKET_SECONDS
}

/** The lengths of a bar in seconds: whole parts of each other or of a day, so that it changes seldom while records arrive. */
export const BAR_STEPS: readonly number[] = [1, 2, 4, 8, 20, 40, 60, 120, 240, 480, 960, 1920, 5760].map(
  (buckets) => buckets * BUCKET_SECONDS,
)
