/** What the store and Goldmane know of values, for completion. */
import { useMemo } from 'react'

import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { hintsQuery } from '../../state/goldmane/use-hints.ts'
import { queryClient } from '../../state/goldmane/query-client.ts'
import type { RequestedRange } from '../../state/client/rows.ts'
import type { Knowledge } from './completion.ts'

const NONE: readonly string[] = []

/** Values are counted in the time range that is looked at. */
export function useKnowledge(time: RequestedRange | null): Knowledge {
  const { client, source } = useFlowtrace()
  const endpoint = source.open.kind === 'live' ? source.open.endpoint : ''
  return useMemo(
    () => ({
      facet: (filter, facet, signal) => client.ask({ about: 'facet', filter, time, facet }, signal),
      hints: async (field) => {
        const { enabled, ...query } = hintsQuery(endpoint, field)
        if (enabled !== true) return NONE
        // They are extras: without them the list is shorter, nothing else.
        return queryClient.fetchQuery(query).catch(() => NONE)
      },
    }),
    [client, endpoint, time],
  )
}
