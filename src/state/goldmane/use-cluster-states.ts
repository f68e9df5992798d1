/** How the gateway's connection to each of its clusters fares, asked while somebody looks. */
import { useQuery } from '@tanstack/react-query'

import { unreachable } from '../../lib/assert.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { MIN_SKEW_S } from '../../source/clock-skew.ts'
import { formatAge } from '../../lib/format.ts'
import { type ClusterState, fetchClusterStates } from '../../source/cluster-states.ts'
import { withoutCode } from '../../source/trouble.ts'
import { queryClient } from './query-client.ts'

export type { ClusterState } from '../../source/cluster-states.ts'

const POLL_MS = 5000

/**
 * The clusters' states by name, asked every 5 s while `watching`; the request that is under way is cancelled when it
 * ends. Undefined until the server has answered, `failed` when the last request was not answered.
 */
export function useClusterStates(watching: boolean): {
  readonly states: ReadonlyMap<string, ClusterState> | undefined
  readonly failed: boolean
} {
  const { data, isError } = useQuery(
    {
      queryKey: ['clusters'],
      enabled: watching,
      refetchInterval: POLL_MS,
      queryFn: ({ signal }) => fetchClusterStates(document.baseURI, signal),
    },
    queryClient,
  )
  return { states: data, failed: isError }
}

/** The state in the words of the menu, as in "live, 14 s behind". */
export function clusterStateInWords({ state, cause, lastBucket, now }: ClusterState): string {
  switch (state) {
    case 'live':
      if (lastBucket === null) return 'live, no flows yet'
      // Goldmane sends a bucket 15 s after its end: a newer one is not fresh, its clock is ahead.
      if (lastBucket + 2 * BUCKET_SECONDS > now + MIN_SKEW_S) return 'live, its clock is ahead'
      return `live, ${formatAge(Math.max(0, now - lastBucket - BUCKET_SECONDS))} behind`
    case 'reading':
      return 'reading the last hour'
    case 'connecting':
      return 'connecting'
    case 'silent':
      return cause ?? 'Goldmane does not answer'
    case 'unreachable':
      return `not connected: ${cause === null ? 'Goldmane cannot be reached' : withoutCode(cause).replace(/^The /, 'the ')}`
    default:
      return unreachable(state, 'state of a cluster')
  }
}
