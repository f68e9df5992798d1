/** Whether a signature appeared lately, as far as what is held can tell. */
import type { Holdings, Row } from '../../../state/client/rows.ts'

/** Seconds at the end of what is held in which a first appearance counts as new, unless the reader made a mark. */
export const RECENT = 5 * 60
/** Seconds that must be held from before: with less, hardly anything could have been seen there. */
const BEFORE = 5 * 60

/** Since when a first appearance counts as new (Unix seconds), or why that cannot be told. */
export type Baseline =
  | { readonly known: true; readonly since: number; readonly marked: boolean }
  | { readonly known: false; readonly why: string }

/**
 * The mark that the reader made, or else the last five minutes held. Not known when so little is held from before that
 * everything would be new, and in a time window, where the first record of the window need not be the first one held.
 */
export function baselineOf(
  mark: number | null,
  { oldest, newest }: Pick<Holdings, 'oldest' | 'newest'>,
  windowed: boolean,
): Baseline {
  if (oldest === null || newest === null) return { known: false, why: 'Nothing with a time is held.' }
  if (windowed)
    return { known: false, why: 'In a time window it is not known which flows there were before it.' }
  if (mark !== null && mark > newest)
    return { known: false, why: 'What is held ends before the time that you marked.' }
  const since = mark ?? newest - RECENT
  if (since - oldest < BEFORE)
    return { known: false, why: 'Less than 5 minutes are held from before: everything would be new.' }
  return { known: true, since, marked: mark !== null }
}

/** Whether the first appearance that is held is not before the baseline. */
export function isNew({ firstSeen }: Pick<Row, 'firstSeen'>, baseline: Baseline): boolean {
  return baseline.known && firstSeen >= baseline.since
}
