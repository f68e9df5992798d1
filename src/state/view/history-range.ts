/** Which range is read from the history, for the range that the reader has chosen. */
import { Observable } from '../../lib/observable.ts'
import { isSameRange, type RequestedRange, type TimeRange } from '../client/time-range.ts'
import { navigate } from './navigation.ts'
import { isSliding } from './time-choice.ts'

/** What a live source has received at its start, in seconds: Goldmane's hour. */
const LIVE_SECONDS = 3600
const HOUR = 3600
const BUCKET = 15
/** Ranges that are longer are read from sums of hours, so that their ends are full hours. */
export const MAX_UNSUMMED_SECONDS = 24 * HOUR

/** The range that the reader asked to be read by itself, although what is read contains it. */
export const readAlone = new Observable<TimeRange | null>(null)

/** How often the reader asked for the last minutes of a sliding range to be read again, up to now. */
export const timesReadOn = new Observable(0)

/** What is read from the history, and the choice of the reader that it was read for. */
export interface ReadRange {
  readonly time: RequestedRange
  readonly range: TimeRange
}

export interface RangeScene {
  readonly time: RequestedRange | null
  /** See {@link readAlone}. */
  readonly alone: TimeRange | null
  /** What is read from the history now; null while the live source is shown, and when it is to be read anew. */
  readonly before: ReadRange | null
  /** Whether nothing of it could be read. */
  readonly isUnread?: boolean
  /** The start of the oldest record that the live source holds; null while it is not known. */
  readonly oldestLive: number | null
  /** Unix seconds, by the clock of the records. */
  readonly now: number
}

/**
 * Null for a range that the live source has. A range within the one that is read already is shown of that, so that to select
 * on the timeline reads nothing again, unless that was refused: then the part is read alone. A sliding range that reaches further back than the live records is read up to now,
 * and stays where it is until it is chosen again.
 */
export function historyRangeOf({
  time,
  alone,
  before,
  isUnread = false,
  oldestLive,
  now,
}: RangeScene): TimeRange | null {
  if (time === null) return null
  if (isSliding(time)) {
    if (before !== null && isSliding(before.time) && before.time.last === time.last) return before.range
    const held = Math.max(LIVE_SECONDS, oldestLive === null ? 0 : now - oldestLive)
    return time.last > held ? lastUpTo(now, time.last) : null
  }
  if (alone !== null && isSameRange(alone, time)) return time
  const read = before?.range ?? null
  if (read !== null && isSameRange(time, read)) return read
  if (read !== null && !isUnread && time.from >= read.from && time.to <= read.to) return read
  return time.from < (oldestLive ?? now - LIVE_SECONDS) ? time : null
}

/** The last seconds up to the end of the bucket of now, at buckets. */
function lastUpTo(now: number, seconds: number): TimeRange {
  const to = Math.ceil(now / BUCKET) * BUCKET
  return { from: Math.floor((to - seconds) / BUCKET) * BUCKET, to }
}

/** The same beginning up to now, for a range that ended at what was now when it was chosen. */
export function extendedToNow({ from }: TimeRange, now: number): TimeRange {
  return wholeSteps({ from, to: Math.max(from + BUCKET, now) })
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
