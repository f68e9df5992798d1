/** How the history of the open source fares, asked anew while somebody looks. */
import { queryOptions, useQuery } from '@tanstack/react-query'

import type { HistoryStatus } from '../../source/history-queries.ts'
import { toTrouble, type Trouble } from '../../source/trouble.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import { historyQueries } from './lazy-queries.ts'
import { queryClient } from './query-client.ts'

export type { HistoryStatus } from '../../source/history-queries.ts'

/** A bucket is stored every 15 s. */
const POLL_MS = 15_000
/** While it is not known yet what is held. */
const STARTING_POLL_MS = 2000

function statusQuery(url: string | undefined, viewer: string | undefined) {
  return queryOptions<HistoryStatus>({
    queryKey: ['history', url ?? null, viewer ?? null],
    enabled: url !== undefined,
    refetchInterval: ({ state: { data } }) => (data?.state === 'starting' ? STARTING_POLL_MS : POLL_MS),
    queryFn: async ({ signal }) => (await historyQueries()).fetchHistoryStatus(url ?? '', signal),
  })
}

/**
 * Undefined until the server has answered, and where it has no history; of the last answer where it does not answer now, which
 * `trouble` says.
 */
export function useHistoryStatus(): {
  readonly history: HistoryStatus | undefined
  readonly trouble: Trouble | null
} {
  const { history, open } = useFlowtrace().source
  const viewer = 'viewer' in open ? open.viewer : undefined
  const { data, error } = useQuery(statusQuery(history, viewer), queryClient)
  return { history: data, trouble: error === null ? null : toTrouble(error) }
}
