/** Goldmane's own sums of one flow and of one policy, by its calls List and Statistics, cached by TanStack Query. */
import { queryOptions, useQuery } from '@tanstack/react-query'

import type { FlowKey, PolicyHit } from '../../flows/flow.ts'
import type { PolicyActivity, Totals } from '../../source/goldmane-queries.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import { goldmaneQueries } from './lazy-queries.ts'
import { queryClient } from './query-client.ts'

/** Twice a bucket: new figures come every 15 s, but Goldmane serves all calls in one loop. */
const REFETCH_MS = 30_000

function queries(endpoint: string) {
  return {
    totals: (id: string, key: FlowKey) =>
      queryOptions({
        queryKey: ['totals', endpoint, id],
        enabled: endpoint !== '',
        refetchInterval: REFETCH_MS,
        queryFn: async ({ signal }) => {
          const { fetchTotals } = await goldmaneQueries()
          return fetchTotals(endpoint, key, signal)
        },
      }),
    activity: (policy: PolicyHit) =>
      queryOptions({
        queryKey: ['activity', endpoint, policy.kind, policy.tier, policy.namespace, policy.name],
        enabled: endpoint !== '' && policy.name !== '',
        refetchInterval: REFETCH_MS,
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

/**
 * The flow's sums over Goldmane's hour; null where it does not have the flow. Undefined until it has answered, when it
 * does not, and for a capture.
 */
export function useGoldmaneTotals(id: string, key: FlowKey): Totals | null | undefined {
  return useQuery(queries(useEndpoint()).totals(id, key), queryClient).data
}

/** What the policy allowed and denied in Goldmane's hour; null and undefined as above. */
export function usePolicyActivity(policy: PolicyHit): PolicyActivity | null | undefined {
  return useQuery(queries(useEndpoint()).activity(policy), queryClient).data
}
