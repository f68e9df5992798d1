import { useEffect, useRef } from 'react'

import { fileSource, type Source } from '../../state/client/flowtrace.ts'
import { forgetAnswers } from '../../state/goldmane/query-client.ts'
import { isSession, type TabSession, tabSession, useSession } from '../../state/session/use-session.ts'
import { Button } from '../../ui/Button.tsx'
import { FileInput } from '../../ui/FileInput.tsx'
import { Brand } from '../Brand.tsx'
import { LoadingShell } from '../LoadingShell.tsx'
import { StartFailed } from '../StartFailed.tsx'
import { LoginCard, reloadPage } from './LoginCard.tsx'

/** Shown in place of the page while the server does not say what there is to open before somebody logs in. */
export function LoginScreen({
  onOpen,
  onRetry,
  store = tabSession,
  reload = reloadPage,
}: {
  onOpen: (source: Source) => void
  /** Asks for `config.json` again. */
  onRetry: () => void
  store?: TabSession
  reload?: () => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const known = useSession(store)
  useEffect(() => {
    document.title = 'Log in · Flowtrace'
    forgetAnswers()
    store.markNothingHeld()
    const abort = new AbortController()
    void store.refresh(abort.signal)
    return () => abort.abort()
  }, [store])
  if (known === null) return <LoadingShell />
  if (!isSession(known)) {
    const retry = (): void => {
      void store.refresh()
      onRetry()
    }
    return <StartFailed trouble={known} onRetry={retry} onOpen={onOpen} />
  }
  return (
    <main className="flex min-h-full items-center justify-center p-4">
      <div className="flex w-full max-w-md flex-col gap-3 rounded-[10px] border border-line bg-surface p-6 max-sm:p-4">
        <Brand />
        <LoginCard
          title="Log in"
          session={known}
          logIn={(token, signal) => store.logIn(token, signal)}
          onReload={reload}
          other={
            <>
              <Button
                look="quiet"
                className="ml-auto h-8 text-accent!"
                onClick={() => input.current?.click()}
              >
                Open a capture instead
              </Button>
              <FileInput input={input} label="Capture file" onFile={(file) => onOpen(fileSource(file))} />
            </>
          }
        />
      </div>
    </main>
  )
}
