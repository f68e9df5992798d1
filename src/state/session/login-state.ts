/** What the page knows of being logged in. Small, because it is loaded at first; the rest is in tab-session.ts. */
import { useSyncExternalStore } from 'react'

import { Observable } from '../../lib/observable.ts'

export interface LoginState {
  /**
   * The login form that lies over the page: `refused` because a call was, `asked` because the reader chose it.
   * `dismissed`: the reader reads on without a login, so that later refusals do not bring the form again.
   */
  readonly form: 'hidden' | 'refused' | 'asked' | 'dismissed'
  /** Whether somebody logged out, here or in another tab, and nobody has logged in since. */
  readonly loggedOut: boolean
  /** How many logins there were since the page was loaded, in any tab. */
  readonly logins: number
  /** Undefined until another user logs in than the one before; then the name of that user. */
  readonly viewer: string | undefined
}

export const loginState = new Observable<LoginState>({
  form: 'hidden',
  loggedOut: false,
  logins: 0,
  viewer: undefined,
})

export function useLoginState(): LoginState {
  return useSyncExternalStore(loginState.subscribe, loginState.get)
}

/** Brings the form up: because the reader wants it, or, unless it was dismissed, because a call was refused. */
export function askForLogin(why: 'refused' | 'asked'): void {
  const state = loginState.get()
  if (why === 'asked' || state.form === 'hidden') loginState.set({ ...state, form: why })
}

/** Called when calls succeed again: the form goes, and comes back at the next refusal. */
export function endLoginRequest(): void {
  const state = loginState.get()
  if (state.form !== 'hidden') loginState.set({ ...state, form: 'hidden' })
}

export function dismissLogin(): void {
  loginState.set({ ...loginState.get(), form: 'dismissed' })
}
