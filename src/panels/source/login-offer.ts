import type { Session } from '../../state/session/use-session.ts'

/** What the menu offers beside the user's name. A login in front of the server is left where it was entered. */
export function loginOffer({ mode, loggedIn }: Session): 'log in' | 'log out' | null {
  if (mode === 'none') return null
  if (!loggedIn) return 'log in'
  return mode === 'proxy' ? null : 'log out'
}
