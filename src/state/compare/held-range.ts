import { useMemo } from 'react'

import { useSnapshot } from '../client/flowtrace.ts'
import type { TimeRange } from '../client/time-range.ts'

/** What is held, from the start of the oldest record to the end of the newest; null where no record has a time. */
export function useHeldRange(): TimeRange | null {
  const from = useSnapshot(({ status }) => status.holdings.oldest)
  const to = useSnapshot(({ status }) => status.holdings.newest)
  return useMemo(() => (from === null || to === null ? null : { from, to }), [from, to])
}
