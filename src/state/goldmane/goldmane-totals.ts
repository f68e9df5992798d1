/** Goldmane's own sums of one flow and of one policy, by its calls List and Statistics, cached by TanStack Query. */
import { queryOptions, useQuery } from '@tanstack/react-query'

import type { FlowKey, PolicyHit } from '../../flows/flow.ts'
import type { PolicyActivity, Totals } from '../../source/goldmane-queries.ts'
import { toTrouble, type Trouble } from '../../source/trouble.ts'
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

/** What Goldmane answered; null where it does not have what was asked for, undefined until it has answered. */
export interface GoldmaneAnswer<T> {
  readonly data: T | null | undefined
  /** Why it did not answer the last time; null when it did. */
  readonly trouble: Trouble | null
}

/** The flow's sums over Goldmane's hour. Neither data nor trouble for a capture. */
export function useGoldmaneTotals(id: string, key: FlowKey): GoldmaneAnswer<Totals> {
  const { data, error } = useQuery(queries(useEndpoint()).totals(id, key), queryClient)
  return { data, trouble: error === null ? null : toTrouble(error) }
}

/** What the policy allowed and denied in Goldmane's hour. */
export function usePolicyActivity(policy: PolicyHit): GoldmaneAnswer<PolicyActivity> {
  const { data, error } = useQuery(queries(useEndpoint()).activity(policy), queryClient)
  return { data, trouble: error === null ? null : toTrouble(error) }
}
