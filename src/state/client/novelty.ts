/** Whether a group is new: whether its first record is after a baseline in time, as far as the records held tell. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { formatAge } from '../../lib/format.ts'
import { reachesFarBefore, RECENT_SECONDS } from '../../flows/new-since.ts'
import type { Holdings } from './holdings.ts'

/** The time from which on a group is new (Unix seconds; `marked` if the reader set it), or why there is none, to stand after a colon. */
export type Baseline =
  | { readonly known: true; readonly since: number; readonly marked: boolean }
  | { readonly known: false; readonly why: string }

/**
 * The baseline: the time up to which denials were seen (`seenUntil`, Unix seconds), or else five minutes before the
 * newest record. Unknown when too little is held from before it, and where records are sums, which begin long before what
 * is in them was seen.
 */
export function baselineOf(
  seenUntil: number | null,
  { oldest, newest }: Pick<Holdings, 'oldest' | 'newest'>,
  recordSeconds: number = BUCKET_SECONDS,
): Baseline {
  if (oldest === null || newest === null) return { known: false, why: 'no record held has a time' }
  if (recordSeconds > BUCKET_SECONDS)
    return { known: false, why: `each record here sums ${formatAge(recordSeconds)}` }
  if (seenUntil !== null && seenUntil > newest)
    return { known: false, why: 'what is held ends before the time that you marked' }
  const since = seenUntil ?? newest - RECENT_SECONDS
  if (!reachesFarBefore(oldest, since))
    return { known: false, why: 'less than 5 minutes are held from before' }
  return { known: true, since, marked: seenUntil !== null }
}
