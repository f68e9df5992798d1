/** What Goldmane itself says of one flow and of one policy: List and Statistics, through TanStack Query. */
import { queryOptions, useQuery } from '@tanstack/react-query'

import type { FlowKey, PolicyHit } from '../../flows/flow.ts'
import type { PolicyActivity, Totals } from '../../source/goldmane-queries.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import { goldmaneQueries } from './lazy-queries.ts'
import { queryClient } from './query-client.ts'

/** Milliseconds between two questions: a new bucket comes every 15 s, and Goldmane serves all questions in one loop. */
const PACE = 30_000

function queries(endpoint: string) {
  return {
    totals: (id: string, key: FlowKey) =>
      queryOptions({
        queryKey: ['totals', endpoint, id],
        enabled: endpoint !== '',
        refetchInterval: PACE,
        queryFn: async ({ signal }) => {
          const { fetchTotals } = await goldmaneQueries()
          return fetchTotals(endpoint, key, signal)
        },
      }),
    activity: (policy: PolicyHit) =>
      queryOptions({
        queryKey: ['activity', endpoint, policy.kind, policy.tier, policy.namespace, policy.name],
        enabled: endpoint !== '' && policy.name !== '',
        refetchInterval: PACE,
        queryFn: async ({ signal }) => {
          const { fetchPolicyActivity } = await goldmaneQueries()
          return fetchPolicyActivity(endpoint, policy, signal)
        },
      }),
  }
}

function useEndpoint(): string {
  const { open } = useFlowtrace().source
  return open.kind === 'live' ? open.endpoint : ''
}

/** The flow's sums over Goldmane's hour; undefined while asking, for a capture, and when it does not answer. */
export function useGoldmaneTotals(id: string, key: FlowKey): Totals | null | undefined {
  return useQuery(queries(useEndpoint()).totals(id, key), queryClient).data
}

/** What the policy did in Goldmane's hour; undefined as above. */
export function usePolicyActivity(policy: PolicyHit): PolicyActivity | null | undefined {
  return useQuery(queries(useEndpoint()).activity(policy), queryClient).data
}
