/** The policies that the server reads beside the open source, asked anew while somebody looks. */
import { useEffect, useSyncExternalStore } from 'react'
import { queryOptions, useQuery } from '@tanstack/react-query'

import { type ClusterPolicies, fetchClusterPolicies } from '../../source/cluster-policies.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import { intakeOf } from '../policies/policy-intake.ts'
import { policiesOf, type PolicyDocument } from '../policies/use-policies.ts'
import { queryClient } from './query-client.ts'

export type { ClusterPolicies } from '../../source/cluster-policies.ts'

const POLL_MS = 15_000

/**
 * @param url Null where the server has no policies.
 * @param viewer Whoever is logged in: others may see other policies at the same address.
 */
export function clusterPoliciesQuery(url: string | null, viewer?: string) {
  const queryKey = ['policies', url, viewer ?? null]
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
  const { open, policies = null } = source
  const viewer = open.kind === 'live' ? open.viewer : undefined
  const { data, isError } = useQuery(clusterPoliciesQuery(policies, viewer), queryClient)
  return { policies: data, failed: isError }
}

/** As the worker loads them: each version with the time in which it was in force, as far as it is known. */
export function documentsOf({ documents }: Pick<ClusterPolicies, 'documents'>): readonly PolicyDocument[] {
  return documents.map(({ name, text, from, until }) => ({
    name,
    text,
    ...(from === null ? {} : { from }),
    ...(until === null ? {} : { until }),
  }))
}

/**
 * Keeps the policies of the open source loaded while the reader has not chosen others, and unloads them with the source:
 * with another one they are not those that were in force, and another viewer may not see them. For one component.
 */
export function useServedPolicies(): void {
  const { client } = useFlowtrace()
  const { policies } = useClusterPolicies()
  const intake = intakeOf(policiesOf(client))
  const isOwn = useSyncExternalStore(intake.isOwn.subscribe, intake.isOwn.get)
  useEffect(() => {
    if (!isOwn) void intake.serve(policies === undefined ? [] : documentsOf(policies))
  }, [intake, isOwn, policies])
  useEffect(() => () => void intake.serve([]), [intake])
}
