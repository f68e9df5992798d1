/** The recent captures for components, and what is learnt of the open one. */
import { useEffect, useSyncExternalStore } from 'react'

import { ALL } from '../../filter/tree/expression.ts'
import { only } from '../../filter/tree/clauses.ts'
import type { CaptureHeader } from '../../capture/format/capture-header.ts'
import { useFlowtrace, useSnapshot } from '../client/flowtrace.ts'
import type { Snapshot } from '../client/client-snapshot.ts'
import { countOf } from '../client/questions.ts'
import { useViewPart } from '../view/navigation.ts'
import type { CaptureFacts } from './kept-capture.ts'
import { recentCaptures, type RecentState } from './recent-captures.ts'

const NO_PENDING = countOf(only(ALL, 'changed', 'unknown'), null)

/** Reads them anew when the component appears, and when the reader comes back from another tab, which may have opened one. */
export function useRecentCaptures(): RecentState {
  useEffect(() => {
    const refresh = () => void recentCaptures.refresh()
    refresh()
    window.addEventListener('focus', refresh)
    return () => window.removeEventListener('focus', refresh)
  }, [])
  return useSyncExternalStore(recentCaptures.state.subscribe, recentCaptures.state.get)
}

/** Keeps what reading the open file to its end tells of it. */
export function useLearnedFacts(): void {
  const { client, source } = useFlowtrace()
  const capture = useViewPart((view) => view.capture)
  const isRead = useSnapshot(({ status }) => status.source.state === 'loaded')
  useEffect(() => {
    // What was rendered may be of the capture before: the snapshot is of the one that is open.
    const { status } = client.snapshot()
    if (capture === null || source.open.kind !== 'file' || !isRead || status.source.state !== 'loaded')
      return undefined
    const abort = new AbortController()
    client.ask(NO_PENDING, abort.signal).then(
      (noPending) => recentCaptures.learn(capture, factsOf(status, noPending === status.holdings.records)),
      // Aborted: another capture was opened.
      () => undefined,
    )
    return () => abort.abort()
  }, [client, source, capture, isRead])
}

/** `hasNoPending` is meant of a capture with records. */
export function factsOf(
  { holdings, format, headers }: Pick<Snapshot['status'], 'holdings' | 'format' | 'headers'>,
  hasNoPending: boolean,
): CaptureFacts {
  const { records, evicted, refused, oldest, newest } = holdings
  return {
    records: records + evicted,
    refused,
    // The oldest records are evicted first, so that the beginning is no longer known.
    from: evicted > 0 ? null : oldest,
    to: newest,
    format,
    origin: originOf(headers),
    hasNoPending: hasNoPending && records > 0,
  }
}

/** "lab-1", "lab-1 and 2 more"; null where no header names where the records come from. */
function originOf(headers: readonly CaptureHeader[]): string | null {
  const names = new Set(
    headers
      .map(({ cluster, source, server }) => cluster ?? source?.name ?? server)
      .filter((name) => name !== null),
  )
  const [name] = names
  if (name === undefined) return null
  return names.size > 1 ? `${name} and ${names.size - 1} more` : name
}
