import { useEffect, useLayoutEffect, useMemo, useState } from 'react'

import { DropZone } from '../panels/source/DropZone.tsx'
import { FlowtraceContext, type Source, withScope } from '../state/client/flowtrace.ts'
import { loadSource } from '../state/client/load-source.ts'
import { useBudget } from '../state/remembered/memory-budget.ts'
import { useView } from '../state/view/navigation.ts'
import type { Trouble } from '../source/trouble.ts'
import type { StoreClient } from '../state/client/store-client.ts'
import { App } from './App.tsx'
import { LoadingShell } from './LoadingShell.tsx'
import { StartFailed } from './StartFailed.tsx'
import { useShortcuts } from './use-shortcuts.ts'

/** Loads `config.json`, opens the source that it names, or another that the reader chooses, and renders the page. */
export function AppRoot({ client }: { client: StoreClient }) {
  useShortcuts()
  const [offered, setOffered] = useState<Source | null>(null)
  const [chosen, setSource] = useState<Source | null>(null)
  const [{ scope }] = useView()
  const source = useMemo(() => (chosen === null ? null : withScope(chosen, scope)), [chosen, scope])
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [attempt, setAttempt] = useState(0)
  const budget = useBudget()

  useEffect(() => {
    const abort = new AbortController()
    void loadSource(abort.signal).then((loaded) => {
      if (abort.signal.aborted) return
      if (loaded.ok) {
        setOffered(loaded.source)
        setSource((current) => current ?? loaded.source)
        setTrouble(null)
      } else setTrouble(loaded.trouble)
    })
    return () => abort.abort()
    // `attempt` is not read, but loads once more when it changes.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [attempt])

  useLayoutEffect(() => client.setBudget(budget), [client, budget])
  // A layout effect runs before the effects of the components inside, so that their questions go to the new source.
  useLayoutEffect(() => {
    if (source !== null) client.open(source.open)
  }, [client, source])

  const shared = useMemo(
    () => (source === null ? null : { client, source, offered, openSource: setSource }),
    [client, source, offered],
  )
  if (shared === null) {
    return (
      <DropZone onOpen={setSource}>
        {trouble === null ? (
          <LoadingShell />
        ) : (
          <StartFailed trouble={trouble} onRetry={() => setAttempt(attempt + 1)} onOpen={setSource} />
        )}
      </DropZone>
    )
  }
  return (
    <FlowtraceContext value={shared}>
      <App />
    </FlowtraceContext>
  )
}
