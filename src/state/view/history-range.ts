/** Which range is read from the history, for the range that the reader has chosen. */
import { Observable } from '../../lib/observable.ts'
import { isSameRange, type RequestedRange, type TimeRange } from '../client/time-range.ts'
import { navigate } from './navigation.ts'
import { isSliding } from './time-choice.ts'

/** What a live source has received at its start, in seconds: Goldmane's hour. */
const LIVE_SECONDS = 3600
/** A range that begins so shortly before the records held is a range of them: its ends are those of bars. */
const SLACK_SECONDS = 300
const HOUR = 3600
const BUCKET = 15
/** Ranges that are longer are read from sums of hours, so that their ends are full hours. */
export const MAX_UNSUMMED_SECONDS = 24 * HOUR

/** The range that the reader asked to be read by itself, although what is read contains it. */
export const readAlone = new Observable<TimeRange | null>(null)

export interface RangeScene {
  readonly time: RequestedRange | null
  /** See {@link readAlone}. */
  readonly alone: TimeRange | null
  /** What is read from the history now; null while the live source is shown. */
  readonly before: TimeRange | null
  /** The start of the oldest record that the live source holds; null while it is not known. */
  readonly oldestLive: number | null
  /** Unix seconds. */
  readonly now: number
}

/**
 * Null for a range that the live source has. A range within the one that is read already is shown of that, so that to select
 * on the timeline reads nothing again.
 */
export function historyRangeOf({ time, alone, before, oldestLive, now }: RangeScene): TimeRange | null {
  if (time === null || isSliding(time)) return null
  if (alone !== null && isSameRange(alone, time)) return time
  if (before !== null && time.from >= before.from && time.to <= before.to) return before
  return time.from < (oldestLive ?? now - LIVE_SECONDS) - SLACK_SECONDS ? time : null
}

/** The range with its ends at buckets, or at hours where it is long: then no sum is of a part alone. */
export function wholeSteps({ from, to }: TimeRange): TimeRange {
  const step = to - from > MAX_UNSUMMED_SECONDS ? HOUR : BUCKET
  return { from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step }
}

/** The end of a range, as long as its records are not summed for it. */
export function unsummedPart({ from, to }: TimeRange): TimeRange {
  const end = Math.ceil(to / BUCKET) * BUCKET
  return { from: Math.max(Math.floor(from / BUCKET) * BUCKET, end - MAX_UNSUMMED_SECONDS), to: end }
}

/** Shows a range that is read anew, in the smallest step that it allows. */
export function readRangeAlone(time: TimeRange, view: Parameters<typeof navigate>[0] = {}): void {
  readAlone.set(time)
  navigate({ ...view, time })
}
