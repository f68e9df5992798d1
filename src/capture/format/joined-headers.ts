/** What the headers of one capture say together. It may have several, each of a part. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { CaptureGap, CaptureHeader } from './capture-header.ts'

/** The gaps that any of them names. */
export function recordedGaps(headers: readonly CaptureHeader[]): readonly CaptureGap[] {
  return headers.flatMap(({ gaps }) => gaps ?? [])
}

/** The first reason for which a part is missing; null where nothing is known to be. */
export function whyIncomplete(headers: readonly CaptureHeader[]): string | null {
  return headers.find(({ incomplete }) => incomplete !== null)?.incomplete ?? null
}

/** The longest time that a record sums, in seconds; null for records as they came. */
export function stepOf(headers: readonly CaptureHeader[]): number | null {
  const steps = headers.map(({ step }) => step ?? 0)
  return Math.max(0, ...steps) || null
}

/** Seconds that each record is of: a bucket, or the longest step of those whose records are sums. */
export function recordSecondsOf(headers: readonly CaptureHeader[]): number {
  return Math.max(BUCKET_SECONDS, stepOf(headers) ?? 0)
}
