/** How a time window lies to what is held. */
import type { Holdings, TimeRange } from '../../../state/client/rows.ts'

export type Lies = 'before' | 'after' | 'within'

/** Whether the window ends before the data begins, begins after it ends, or meets it. Null when nothing is held. */
export function liesOf(
  time: TimeRange,
  { oldest, newest }: Pick<Holdings, 'oldest' | 'newest'>,
): Lies | null {
  if (oldest === null || newest === null) return null
  if (time.to <= oldest) return 'before'
  return time.from >= newest ? 'after' : 'within'
}

/** A window as long as the given one at the end of what is held. */
export function atNewest(time: TimeRange, newest: number): TimeRange {
  return { from: Math.max(0, newest - (time.to - time.from)), to: newest }
}
