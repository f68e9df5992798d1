import { useMemo } from 'react'

import { useSnapshot } from './flowtrace.ts'
import { useSeenUntil } from '../remembered/seen-until.ts'
import { type Baseline, baselineOf } from './novelty.ts'

/** The baseline of new rows. It stays the same while the view is paused or scrolled, because it is of the last answer. */
export function useBaseline(): Baseline {
  const seenUntil = useSeenUntil()
  const oldest = useSnapshot(({ status }) => status.holdings.oldest)
  const newest = useSnapshot(({ answer }) => answer?.newest ?? null)
  return useMemo(() => baselineOf(seenUntil, { oldest, newest }), [seenUntil, oldest, newest])
}
