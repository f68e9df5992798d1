/** Whether a group is new: whether its first record is after a baseline in time, as far as the records held tell. */
import { reachesFarBefore, RECENT_SECONDS } from '../../flows/new-since.ts'
import type { Holdings } from './holdings.ts'
import type { Row } from './rows.ts'

/** The time from which on a group is new (Unix seconds; `marked` if the reader set it), or why there is none, to stand after a colon. */
export type Baseline =
  | { readonly known: true; readonly since: number; readonly marked: boolean }
  | { readonly known: false; readonly why: string }

/**
 * The baseline: the time up to which denials were seen (`seenUntil`, Unix seconds), or else five minutes before the
 * newest record. Unknown when too little is held from before it.
 */
export function baselineOf(
  seenUntil: number | null,
  { oldest, newest }: Pick<Holdings, 'oldest' | 'newest'>,
): Baseline {
  if (oldest === null || newest === null) return { known: false, why: 'no record held has a time' }
  if (seenUntil !== null && seenUntil > newest)
    return { known: false, why: 'what is held ends before the time that you marked' }
  const since = seenUntil ?? newest - RECENT_SECONDS
  if (!reachesFarBefore(oldest, since))
    return { known: false, why: 'less than 5 minutes are held from before' }
  return { known: true, since, marked: seenUntil !== null }
}

/** Whether a row was first seen at the baseline or later. False where there is no baseline. */
export function isNew({ firstSeen }: Pick<Row, 'firstSeen'>, baseline: Baseline): boolean {
  return baseline.known && firstSeen >= baseline.since
}
