/** The policies that the server reads beside the open source, asked anew while somebody looks. */
import { queryOptions, useQuery } from '@tanstack/react-query'

import { type ClusterPolicies, fetchClusterPolicies } from '../../source/cluster-policies.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import { queryClient } from './query-client.ts'

export type { ClusterPolicies } from '../../source/cluster-policies.ts'

const POLL_MS = 15_000

/** @param url Null where the server has no policies. */
export function clusterPoliciesQuery(url: string | null) {
  const queryKey = ['policies', url]
  return queryOptions({
    queryKey,
    enabled: url !== null,
    refetchInterval: POLL_MS,
    queryFn: async ({ signal }) => {
      const before = queryClient.getQueryData<ClusterPolicies>(queryKey)
      const now = await fetchClusterPolicies(url ?? '', before?.revision ?? null, signal)
      if (now !== null) return now
      // What is the same stays the same object, so that nobody loads it again.
      if (before === undefined) throw new Error('policies.json is not there, and has not changed')
      return before
    },
  })
}

/**
 * The policies of the open source, asked every 15 s; the same object as long as they are the same. Undefined until the
 * server has answered, and where it has none; `failed` when the last request was not answered.
 */
export function useClusterPolicies(): {
  readonly policies: ClusterPolicies | undefined
  readonly failed: boolean
} {
  const { source } = useFlowtrace()
  const { data, isError } = useQuery(clusterPoliciesQuery(source.policies ?? null), queryClient)
  return { policies: data, failed: isError }
}

/** As the worker takes a document of policies. */
export interface InForce {
  readonly name: string
  readonly text: string
  /** The version was in force in [from, until), Unix seconds; undefined is without an end on that side. */
  readonly from?: number
  readonly until?: number
}

/** As the worker loads them: each version with the time in which it was in force, as far as it is known. */
export function documentsOf({ documents }: Pick<ClusterPolicies, 'documents'>): readonly InForce[] {
  return documents.map(({ name, text, from, until }) => ({
    name,
    text,
    ...(from === null ? {} : { from }),
    ...(until === null ? {} : { until }),
  }))
}
