import { useEffect } from 'react'

import { formatPlural } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import { repeatFailedQueries } from '../../state/goldmane/query-client.ts'
import { dismissLogin, endLoginRequest, useLoginState } from '../../state/session/login-state.ts'
import { isSession, type TabSession, tabSession, useSession } from '../../state/session/use-session.ts'
import { Button } from '../../ui/Button.tsx'
import { ModalDialog } from '../ModalDialog.tsx'
import { LoginCard, reloadPage } from './LoginCard.tsx'

/**
 * The login form over the page. What was received stays beneath it, and the stream goes on after the login. Shows
 * nothing when the server says that the reader is logged in: then Goldmane refused the gateway, which no login cures.
 */
export function LoginOverlay({
  store = tabSession,
  reload = reloadPage,
}: {
  store?: TabSession
  reload?: () => void
}) {
  const { client, offered } = useFlowtrace()
  const records = useSnapshot(({ status }) => status.holdings.records)
  const known = useSession(store)
  const { form } = useLoginState()
  useEffect(() => {
    const abort = new AbortController()
    void store.refresh(abort.signal).then(() => {
      const session = store.get()
      if (abort.signal.aborted) return
      if (isSession(session) && session.loggedIn) {
        dismissLogin()
        // Logged in elsewhere meanwhile: then nothing is left to ask for but the flows.
        if (form === 'asked') client.retry()
      }
      // The server is away. The next refusal asks again; somebody who asked is told.
      if (!isSession(session) && form === 'refused') endLoginRequest()
    })
    return () => abort.abort()
  }, [store, form, client])
  if (known !== null && !isSession(known) && form === 'asked') {
    return (
      <ModalDialog title="Log in" open onClose={endLoginRequest}>
        <div className="flex flex-col items-start gap-3 p-6">
          <p role="alert">{known.say}</p>
          <Button onClick={endLoginRequest}>Close</Button>
        </div>
      </ModalDialog>
    )
  }
  if (!isSession(known) || known.loggedIn) return null
  return (
    <ModalDialog title="Log in" open onClose={dismissLogin}>
      <div className="flex flex-col gap-3 overflow-auto p-6 max-sm:p-4">
        <LoginCard
          title={offered === null ? 'Log in' : `Log in to ${offered.name} again`}
          session={known}
          logIn={async (token, signal) => {
            const result = await store.logIn(token, signal)
            if (result.ok) repeatFailedQueries()
            return result
          }}
          onReload={reload}
          other={
            <Button look="quiet" className="ml-auto h-8 text-accent!" onClick={dismissLogin}>
              {records === 0 ? 'Not now' : `Read on in ${formatPlural(records, 'record')}`}
            </Button>
          }
        />
      </div>
    </ModalDialog>
  )
}
