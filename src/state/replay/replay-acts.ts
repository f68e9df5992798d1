/** How a replay begins and ends, and the heads between which it moves. */
import { useMemo } from 'react'

import type { Status } from '../../store/protocol.ts'
import { useFlowtrace, useSnapshot } from '../client/flowtrace.ts'
import { isRead } from '../client/source-state.ts'
import type { StoreClient } from '../client/store-client.ts'
import type { TimeRange } from '../client/time-range.ts'
import { navigate } from '../view/navigation.ts'
import { headsOf } from './replay-clock.ts'

/** Null for a live source, for one that is being read, and where no record has a time. */
export function headsIn({ source, live, holdings: { oldest, newest } }: Status): TimeRange | null {
  if (live !== null || !isRead(source) || oldest === null || newest === null) return null
  return headsOf({ oldest, newest })
}

/** As {@link headsIn}, of what is open. */
export function useHeads(): TimeRange | null {
  const { open } = useFlowtrace().source
  const isReady = useSnapshot(({ status }) => isRead(status.source))
  const oldest = useSnapshot(({ status }) => status.holdings.oldest)
  const newest = useSnapshot(({ status }) => status.holdings.newest)
  const isLive = open.kind === 'live'
  return useMemo(
    () => (isLive || !isReady || oldest === null || newest === null ? null : headsOf({ oldest, newest })),
    [isLive, isReady, oldest, newest],
  )
}

/** Shows the capture as it was after its first bucket. */
export function beginReplay(client: StoreClient, { from }: TimeRange): void {
  // A view that stands still would not follow the head.
  client.pause(false)
  navigate({ at: from })
  client.arrange()
}

/** Shows all of it again. */
export function leaveReplay(client: StoreClient): void {
  navigate({ at: null })
  client.arrange()
}
