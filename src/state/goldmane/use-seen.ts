/** Since when the history has a conversation. */
import { queryOptions, useQuery } from '@tanstack/react-query'

import type { FlowKey } from '../../flows/flow.ts'
import { conversationIdentity } from '../../flows/identity.ts'
import type { SeenAnswer } from '../../source/history-queries.ts'
import { toTrouble } from '../../source/trouble.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import type { GoldmaneAnswer } from './goldmane-totals.ts'
import { historyQueries } from './lazy-queries.ts'
import { againAfterTrouble, queryClient } from './query-client.ts'

export type { SeenAnswer } from '../../source/history-queries.ts'

/** It changes by a bucket at most, and is read from all that the history holds. */
const STALE_MS = 60_000

function seenQuery(endpoint: string, viewer: string | undefined, key: FlowKey) {
  return queryOptions({
    queryKey: ['seen', endpoint, viewer ?? null, conversationIdentity(key)],
    enabled: endpoint !== '',
    staleTime: STALE_MS,
    refetchInterval: againAfterTrouble,
    queryFn: async ({ signal }) => (await historyQueries()).fetchSeen(endpoint, key, signal),
  })
}

/** Null where the open source has no history. */
export function useSeen(key: FlowKey): GoldmaneAnswer<SeenAnswer> & { readonly hasHistory: boolean } {
  const { history, open } = useFlowtrace().source
  const hasHistory = history !== undefined && 'endpoint' in open
  const viewer = 'viewer' in open ? open.viewer : undefined
  const { data, error } = useQuery(seenQuery(hasHistory ? open.endpoint : '', viewer, key), queryClient)
  return { data, trouble: error === null ? null : toTrouble(error), hasHistory }
}
