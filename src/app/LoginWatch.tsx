import { Suspense, useEffect } from 'react'

import { useSnapshot } from '../state/client/flowtrace.ts'
import { askForLogin, endLoginRequest, useLoginState } from '../state/session/login-state.ts'
import { LoginOverlay } from './lazy-panels.ts'

/** Shows the login form over the page when the open source is refused for want of a login, or the reader asks for it. */
export function LoginWatch() {
  const refused = useSnapshot(
    ({ status: { source } }) => 'trouble' in source && source.trouble.kind === 'login',
  )
  const isLive = useSnapshot(({ status }) => status.source.state === 'live')
  const { form } = useLoginState()
  useEffect(() => {
    if (refused) askForLogin('refused')
  }, [refused])
  useEffect(() => {
    if (isLive) endLoginRequest()
  }, [isLive])
  if (form !== 'refused' && form !== 'asked') return null
  return (
    <Suspense fallback={null}>
      <LoginOverlay />
    </Suspense>
  )
}
