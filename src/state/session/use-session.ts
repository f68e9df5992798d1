/** The session store of this page. */
import { useSyncExternalStore } from 'react'

import { loginState } from './login-state.ts'
import { type KnownSession, TabSession, type TabChannel, type TabMessage } from './tab-session.ts'

export type { LoginResult, Session } from '../../source/session.ts'
export { isSession, type TabSession } from './tab-session.ts'

/** The channel of all tabs with a page at this address; without BroadcastChannel each tab is alone. */
function openChannel(): TabChannel {
  if (typeof BroadcastChannel === 'undefined') return { send: () => {}, onMessage: () => {} }
  // The folder keeps apart two gateways below one origin.
  const channel = new BroadcastChannel(`flowtrace session ${new URL('.', document.baseURI).pathname}`)
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    send: (message) => channel.postMessage(message),
    onMessage: (callback) =>
      channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => callback(data)),
  }
}

export const tabSession = new TabSession(
  { base: () => document.baseURI, fetch: (...args) => fetch(...args) },
  openChannel(),
  loginState,
)

export function useSession(store: TabSession = tabSession): KnownSession {
  return useSyncExternalStore(store.subscribe, store.get)
}
