import { Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useState } from 'react'

import { DropZone } from '../panels/source/DropZone.tsx'
import {
  FlowtraceContext,
  offeredSource,
  type Source,
  useFlowtrace,
  withScope,
} from '../state/client/flowtrace.ts'
import { useCaptureOpening } from '../state/captures/use-capture-opening.ts'
import type { TimeRange } from '../state/client/time-range.ts'
import type { EarlyOffer } from '../state/client/load-source.ts'
import { useBudget } from '../state/remembered/memory-budget.ts'
import { useTheme } from '../state/remembered/theme.ts'
import { useLoginState } from '../state/session/login-state.ts'
import { navigate, useViewPart } from '../state/view/navigation.ts'
import type { StoreClient } from '../state/client/store-client.ts'
import { App } from './App.tsx'
import { CaptureWanted, HistoryRange, LoginScreen, OpeningDialog } from './lazy-panels.ts'
import { LoadingShell } from './LoadingShell.tsx'
import { StartFailed } from './StartFailed.tsx'
import { useOffer } from './use-offer.ts'
import { useShortcuts } from './use-shortcuts.ts'

const NO_CLUSTERS: readonly Source[] = []

interface AppRootProps {
  readonly client: StoreClient
  /** The offer, where it was asked for before React was there. */
  readonly early?: EarlyOffer
}

/** Loads `config.json`, opens the source that it names, or another that the reader chooses, and renders the page. */
export function AppRoot({ client, early }: AppRootProps) {
  useShortcuts()
  useTheme()
  const { opening, source: file } = useCaptureOpening(client)
  const scope = useViewPart((view) => view.scope)
  const cluster = useViewPart((view) => view.cluster)
  const capture = useViewPart((view) => view.capture)
  const { loggedOut, logins, viewer } = useLoginState()
  const { offer, trouble, retry } = useOffer(client, logins, early)
  // Offers and records belong to the user who was logged in; a file that the reader opened does not.
  const current = loggedOut ? null : offer
  const offered = useMemo(
    () => (current === null ? null : offeredSource(current, cluster)),
    [current, cluster],
  )
  const chosen = capture === null ? offered : file
  const [past, setPast] = useState<TimeRange | null>(null)
  const source = useMemo(
    () => (chosen === null ? null : withScope(chosen, scope, viewer, past)),
    [chosen, scope, viewer, past],
  )
  const budget = useBudget()

  useLayoutEffect(() => client.setBudget(budget), [client, budget])
  // A layout effect runs before the effects of the components inside, so that their questions go to the new source.
  useLayoutEffect(() => {
    if (source === null) client.close()
    else client.open(source.open)
  }, [client, source])
  useEffect(() => {
    if (logins > 0) client.retry()
  }, [client, logins])

  const clusters = current?.clusters ?? NO_CLUSTERS
  useNamedCluster(clusters)
  const openSource = useCallback(
    (next: Source): void => {
      if (next.open.kind === 'file') return opening.openChosen([next.open.file, ...(next.open.others ?? [])])
      const named = clusters.length > 0 ? { cluster: next.name } : {}
      navigate({ capture: null, open: null, at: null, ...named })
    },
    [opening, clusters],
  )
  const shared = useMemo(
    () => (source === null ? null : { client, source, offered, clusters, openSource }),
    [client, source, offered, clusters, openSource],
  )
  const dialog = (
    <Suspense fallback={null}>
      <OpeningDialog opening={opening} openName={source?.name ?? null} />
    </Suspense>
  )
  if (shared !== null) {
    return (
      <FlowtraceContext value={shared}>
        <App opening={opening} />
        <PastRange onRange={setPast} />
        {dialog}
      </FlowtraceContext>
    )
  }
  return (
    <DropZone opening={opening}>
      {capture !== null ? (
        <Suspense fallback={<LoadingShell />}>
          <CaptureWanted capture={capture} opening={opening} offered={offered} />
        </Suspense>
      ) : loggedOut || trouble?.kind === 'login' ? (
        <Suspense fallback={<LoadingShell />}>
          <LoginScreen onOpen={openSource} onRetry={retry} />
        </Suspense>
      ) : trouble === null ? (
        <LoadingShell />
      ) : (
        <StartFailed trouble={trouble} onRetry={retry} onOpen={openSource} />
      )}
      {dialog}
    </DropZone>
  )
}

/** What decides whether the range of the view is read from the history, where the server has one. */
function PastRange({ onRange }: { onRange: (range: TimeRange | null) => void }) {
  const { history } = useFlowtrace().source
  return history === undefined ? null : (
    <Suspense fallback={null}>
      <HistoryRange onRange={onRange} />
    </Suspense>
  )
}

/** Names the open cluster in the address, which then opens the same one when the order of the clusters has changed. */
function useNamedCluster(clusters: readonly Source[]): void {
  const cluster = useViewPart((view) => view.cluster)
  useEffect(() => {
    const [first] = clusters
    if (first !== undefined && cluster === null) navigate({ cluster: first.name }, 'replace')
  }, [clusters, cluster])
}
