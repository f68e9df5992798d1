/** Which rules of the loaded policies the history has hits of. */
import { queryOptions, useQuery } from '@tanstack/react-query'

import type { HitsAnswer } from '../../source/history-queries.ts'
import { toTrouble, type Trouble } from '../../source/trouble.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import type { TimeRange } from '../client/time-range.ts'
import { type UsageReport, usePolicies } from '../policies/use-policies.ts'
import { historyQueries } from './lazy-queries.ts'
import { queryClient } from './query-client.ts'

export interface AskedUsage {
  readonly range: TimeRange
  /** Another number whenever the reader asks. */
  readonly asked: number
}

export type RuleUsageState =
  | { readonly step: 'none' }
  | { readonly step: 'asking' }
  | { readonly step: 'failed'; readonly trouble: Trouble }
  | { readonly step: 'done'; readonly answer: HitsAnswer; readonly report: UsageReport }

function hitsQuery(endpoint: string, viewer: string | undefined, usage: AskedUsage | null) {
  return queryOptions({
    queryKey: ['hits', endpoint, viewer ?? null, usage],
    enabled: endpoint !== '' && usage !== null,
    staleTime: Number.POSITIVE_INFINITY,
    // Up to 50,000 hits, which are asked anew by the next press.
    gcTime: 0,
    queryFn: async ({ signal }) =>
      (await historyQueries()).fetchHits(endpoint, usage?.range ?? { from: 0, to: 0 }, signal),
  })
}

/** Asks the gateway for the hits of a range, and the worker which rules they are of: again when other policies are loaded. */
export function useRuleUsage(usage: AskedUsage | null): RuleUsageState {
  const { open } = useFlowtrace().source
  const { policies, state } = usePolicies()
  const endpoint = 'endpoint' in open ? open.endpoint : ''
  const viewer = 'viewer' in open ? open.viewer : undefined
  const asked = hitsQuery(endpoint, viewer, usage)
  const hits = useQuery(asked, queryClient)
  const linked = useQuery(
    {
      queryKey: [...asked.queryKey, 'use', state.version],
      enabled: hits.data !== undefined,
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
      queryFn: ({ signal }) => policies.usage(hits.data?.hits ?? [], signal),
      // The list of before stays until that of other policies is there, so that it does not move away under the pointer.
      placeholderData: (before: UsageReport | undefined, query) =>
        query?.queryKey[3] === usage ? before : undefined,
    },
    queryClient,
  )
  if (usage === null) return { step: 'none' }
  const error = hits.error ?? linked.error
  if (error !== null) return { step: 'failed', trouble: toTrouble(error) }
  if (hits.data === undefined || linked.data === undefined) return { step: 'asking' }
  return { step: 'done', answer: hits.data, report: linked.data }
}
