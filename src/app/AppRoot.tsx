import { Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useState } from 'react'

import { DropZone } from '../panels/source/DropZone.tsx'
import {
  FlowtraceContext,
  type Offer,
  offeredSource,
  type Source,
  withScope,
} from '../state/client/flowtrace.ts'
import { useCaptureOpening } from '../state/captures/use-capture-opening.ts'
import { loadOffer } from '../state/client/load-source.ts'
import { useBudget } from '../state/remembered/memory-budget.ts'
import { useTheme } from '../state/remembered/theme.ts'
import { useLoginState } from '../state/session/login-state.ts'
import { useView } from '../state/view/navigation.ts'
import type { Trouble } from '../source/trouble.ts'
import type { StoreClient } from '../state/client/store-client.ts'
import { App } from './App.tsx'
import { CaptureWanted, LoginScreen, OpeningDialog } from './lazy-panels.ts'
import { LoadingShell } from './LoadingShell.tsx'
import { StartFailed } from './StartFailed.tsx'
import { useShortcuts } from './use-shortcuts.ts'

const NO_CLUSTERS: readonly Source[] = []

/** Loads `config.json`, opens the source that it names, or another that the reader chooses, and renders the page. */
export function AppRoot({ client }: { client: StoreClient }) {
  useShortcuts()
  useTheme()
  const { opening, source: file } = useCaptureOpening(client)
  const [{ scope, cluster, capture }, navigate] = useView()
  const { loggedOut, logins, viewer } = useLoginState()
  const { offer, trouble, retry } = useOffer(logins)
  // Offers and records belong to the user who was logged in; a file that the reader opened does not.
  const current = loggedOut ? null : offer
  const offered = useMemo(
    () => (current === null ? null : offeredSource(current, cluster)),
    [current, cluster],
  )
  const chosen = capture === null ? offered : file
  const source = useMemo(
    () => (chosen === null ? null : withScope(chosen, scope, viewer)),
    [chosen, scope, viewer],
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
  useEffect(() => {
    const [first] = clusters
    // Once it is named, the address opens the same cluster when the order of the clusters has changed.
    if (first !== undefined && cluster === null) navigate({ cluster: first.name }, 'replace')
  }, [clusters, cluster, navigate])
  const openSource = useCallback(
    (next: Source): void => {
      if (next.open.kind === 'file') void opening.openFile(next.open.file)
      else navigate({ capture: null, open: null, ...(clusters.length > 0 ? { cluster: next.name } : {}) })
    },
    [opening, clusters, navigate],
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
        {dialog}
      </FlowtraceContext>
    )
  }
  return (
    <DropZone opening={opening}>
      {capture !== null ? (
        <Suspense fallback={<LoadingShell />}>
          <CaptureWanted capture={capture} opening={opening} offered={offered?.name ?? null} />
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

/** What the server offers, asked again after each login. An equal answer is the same value. */
function useOffer(logins: number): {
  readonly offer: Offer | null
  readonly trouble: Trouble | null
  readonly retry: () => void
} {
  const [offer, setOffer] = useState<Offer | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    const abort = new AbortController()
    void loadOffer(abort.signal).then((loaded) => {
      if (abort.signal.aborted) return
      setTrouble(loaded.ok ? null : loaded.trouble)
      if (!loaded.ok) return
      // Another value would open the source anew, and what was received of it would be lost.
      setOffer((known) => (JSON.stringify(known) === JSON.stringify(loaded.offer) ? known : loaded.offer))
    })
    return () => abort.abort()
    // Neither is read, but each loads once more when it changes.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [attempt, logins])
  return { offer, trouble, retry: () => setAttempt(attempt + 1) }
}
