/** The values that completion offers: from the store, and from Goldmane's FilterHints. */
import { useMemo } from 'react'

import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { facetOf } from '../../state/client/questions.ts'
import { hintsQuery } from '../../state/goldmane/use-hints.ts'
import { queryClient } from '../../state/goldmane/query-client.ts'
import type { RequestedRange } from '../../state/client/time-range.ts'
import type { ValueSource } from './completion.ts'

const NONE: readonly string[] = []

/** Values are counted in the range that is shown. */
export function useValueSource(time: RequestedRange | null): ValueSource {
  const { client, source } = useFlowtrace()
  const endpoint = source.open.kind === 'live' ? source.open.endpoint : ''
  return useMemo(
    () => ({
      facet: (filter, facet, signal) => client.ask(facetOf(filter, time, facet), signal),
      hints: async (field) => {
        const { enabled, ...query } = hintsQuery(endpoint, field)
        if (enabled !== true) return NONE
        // Hints are optional: without them the list is only shorter.
        return queryClient.fetchQuery(query).catch(() => NONE)
      },
    }),
    [client, endpoint, time],
  )
}
