/** Whether a signature appeared lately, as far as what is held can tell. */
import type { Holdings, Row } from '../../state/rows.ts'

/** Seconds at the end of what is held in which a first appearance counts as new. */
export const RECENT = 5 * 60

/**
 * Whether the first appearance is recent. Not known (false) when so little is held that everything would be new, and
 * in a time window, where the first record of the window need not be the first one held.
 */
export function isNew(
  { firstSeen }: Pick<Row, 'firstSeen'>,
  { oldest, newest }: Pick<Holdings, 'oldest' | 'newest'>,
  windowed: boolean,
): boolean {
  if (windowed || oldest === null || newest === null || newest - oldest < 2 * RECENT) return false
  return firstSeen >= newest - RECENT
}
