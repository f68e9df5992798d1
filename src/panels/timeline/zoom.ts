/** The part of the time axis that is drawn: how it is zoomed and moved. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { TimeRange } from '../../state/client/time-range.ts'

/** What is drawn is at least so long, in seconds. */
const MIN_ZOOM_SECONDS = 20 * BUCKET_SECONDS

/** How much longer or shorter a step of zoom makes what is drawn. */
export const ZOOM_FACTOR = 1.5

/**
 * The part with its length multiplied by a factor, in which the time `at` keeps its place; null when that is the whole.
 * Its ends are whole buckets.
 */
export function zoomed(part: TimeRange, factor: number, at: number, whole: TimeRange): TimeRange | null {
  const length = part.to - part.from
  const wanted = Math.max(MIN_ZOOM_SECONDS, bucketsOf(length * factor))
  if (wanted >= whole.to - whole.from) return null
  const share = (Math.min(part.to, Math.max(part.from, at)) - part.from) / length
  return within(bucketsOf(at - share * wanted), wanted, whole)
}

/** The part moved by so many seconds, as far as the whole reaches. */
export function panned(part: TimeRange, by: number, whole: TimeRange): TimeRange {
  return within(bucketsOf(part.from + by), part.to - part.from, whole)
}

/** The part moved so far that it contains the time. */
export function revealing(part: TimeRange, time: number, whole: TimeRange): TimeRange {
  if (time < part.from) return panned(part, time - part.from, whole)
  return time >= part.to ? panned(part, time + BUCKET_SECONDS - part.to, whole) : part
}

function within(from: number, length: number, whole: TimeRange): TimeRange {
  const start = Math.max(whole.from, Math.min(from, whole.to - length))
  return { from: start, to: Math.min(whole.to, start + length) }
}

function bucketsOf(seconds: number): number {
  return Math.round(seconds / BUCKET_SECONDS) * BUCKET_SECONDS
}
