/** When the first records of a recording come, and what is said of one that had none. */
import { BUCKET_SECONDS, bucketStart } from '../flows/bucket.ts'
import { formatClock } from '../lib/format.ts'
import type { Recording } from './recording.ts'

/**
 * The start of the bucket in which a recording began, the first one that it keeps, and when Goldmane sends it: one bucket
 * after it has closed (docs/goldmane.md). Unix seconds of the cluster's clock.
 */
function firstBucketOf({ window }: Recording): { readonly start: number; readonly sent: number } {
  const start = bucketStart(window.from)
  return { start, sent: start + 2 * BUCKET_SECONDS }
}

/** Whether that bucket cannot have come yet. */
function isTooEarly(recording: Recording): boolean {
  return recording.window.from + recording.seconds < firstBucketOf(recording).sent
}

/** What a recording without a record waits for. */
export function firstRecordsWords(recording: Recording): string {
  const { start, sent } = firstBucketOf(recording)
  if (!isTooEarly(recording)) return recording.filter === null ? 'no record yet' : 'no record matches yet'
  return `first records at ${formatClock(sent)}, when Goldmane sends the bucket of ${formatClock(start)}`
}

/** That a recording has ended without a record, and why; null where it has some. */
export function nothingRecordedWords(recording: Recording): string | null {
  if (recording.records > 0) return null
  const { start, sent } = firstBucketOf(recording)
  const why = isTooEarly(recording)
    ? `its first bucket, of ${formatClock(start)}, comes at ${formatClock(sent)}`
    : recording.filter === null
      ? 'no record came'
      : 'no record matched'
  return `Nothing was recorded: ${why}. Nothing is kept.`
}
