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

/** The lengths of a bar below a day, in seconds: whole parts of a day, few of them, so that it changes seldom while records arrive. */
const BAR_STEPS: readonly number[] = [1, 2, 4, 8, 20, 40, 60, 120, 240, 480, 720, 1440, 2880].map(
  (buckets) => buckets * BUCKET_SECONDS,
)
const DAY_SECONDS = 86_400

/**
 * The seconds of a bar where a range has at most so many: a round length with whole records in it; beyond 12 h whole days.
 * Bars begin at multiples of it, so that the first and the last one may be cut by the range.
 */
export function barSeconds(
  { from, to }: { readonly from: number; readonly to: number },
  maxBars: number,
  recordSeconds = BUCKET_SECONDS,
): number {
  const least = (to - from) / Math.max(1, maxBars - 1)
  const round = BAR_STEPS.find((step) => step >= least && step % recordSeconds === 0)
  const unit = DAY_SECONDS % recordSeconds === 0 ? DAY_SECONDS : recordSeconds
  return round ?? Math.ceil(least / unit) * unit
}
