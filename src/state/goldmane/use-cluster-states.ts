/** How the gateway's connection to each of its clusters fares, asked while somebody looks. */
import { useQuery } from '@tanstack/react-query'

import { type ClusterState, fetchClusterStates } from '../../source/cluster-states.ts'
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
