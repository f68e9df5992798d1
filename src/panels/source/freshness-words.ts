/** The sentences of the screen about how fresh and how complete the records are. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { formatAge, formatPlural } from '../../lib/format.ts'
import type { TimeRange } from '../../state/client/time-range.ts'

/** Seconds: Goldmane holds an hour, of which a stream gets all but the bucket that leaves next. */
const NEARLY_AN_HOUR_S = 3300

/** "the last hour · 35 %": how much of the history since `from` was read. Times in Unix seconds. */
export function describeReading(from: number, percent: number | null, now: number): string {
  const span = now - from >= NEARLY_AN_HOUR_S ? 'hour' : formatAge(now - from)
  return `the last ${span}${percent === null ? '' : ` · ${percent} %`}`
}

/** "the cluster’s clock is 10 min ahead of this browser’s"; null when the clocks are not known to differ. */
export function describeSkew(seconds: number): string | null {
  if (seconds === 0) return null
  return `the cluster’s clock is ${distance(seconds)} ${seconds > 0 ? 'ahead of' : 'behind'} this browser’s`
}

/** "clock 10 min ahead": as {@link describeSkew}, where there is little room. */
export function shortSkew(seconds: number): string {
  return `clock ${distance(seconds)} ${seconds > 0 ? 'ahead' : 'behind'}`
}

/** Whole minutes, rounded: the estimate is a few seconds short. */
function distance(seconds: number): string {
  const size = Math.abs(seconds)
  return formatAge(size < 60 ? size : Math.round(size / 60) * 60)
}

/** "3 buckets lost": what the gateway did not send because the page read too slowly; null without a loss. */
export function describeLoss(lost: readonly TimeRange[]): string | null {
  const buckets = lost.reduce((sum, { from, to }) => sum + Math.ceil((to - from) / BUCKET_SECONDS), 0)
  return buckets === 0 ? null : `${formatPlural(buckets, 'bucket')} lost`
}
