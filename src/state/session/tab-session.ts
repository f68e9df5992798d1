/** Who is logged in, for all tabs of the origin: a login or a log-out in one is followed by the others. */
import { Observable } from '../../lib/observable.ts'
import { fetchSession, logIn, type LoginResult, logOut, type Session } from '../../source/session.ts'
import { toTrouble, type Trouble } from '../../source/trouble.ts'
import type { LoginState } from './login-state.ts'

/** Between tabs. A message says only that something changed: the server is asked who is logged in. */
export type TabMessage = 'logged in' | 'logged out'

/** The part of a BroadcastChannel that is used: a message reaches all other tabs. */
export interface TabChannel {
  send(message: TabMessage): void
  onMessage(callback: (message: TabMessage) => void): void
}

export interface SessionServer {
  /** The address of the page, beside which the routes lie. */
  readonly base: () => string
  readonly fetch: typeof fetch
}

/** What the store knows: the session; a trouble when the server could not be asked; null before it has answered. */
export type KnownSession = Session | Trouble | null

/** Whether it is a session, and not a trouble or nothing. */
export function isSession(known: KnownSession): known is Session {
  return known !== null && 'mode' in known
}

/** Whose records the page holds: nobody's when it holds none; unknown until the server has said who is logged in. */
type Owner = { readonly user: string | null } | 'nobody' | 'unknown'

const COOKIE_LOST =
  'The server accepted the token, but this browser did not keep its cookie. Allow cookies for this address, or open it over https.'

export class TabSession {
  readonly #server: SessionServer
  readonly #channel: TabChannel
  readonly #login: Observable<LoginState>
  readonly #known = new Observable<KnownSession>(null)
  #owner: Owner = 'unknown'
  readonly get = this.#known.get
  readonly subscribe = this.#known.subscribe

  constructor(server: SessionServer, channel: TabChannel, login: Observable<LoginState>) {
    this.#server = server
    this.#channel = channel
    this.#login = login
    channel.onMessage((message) => {
      if (message === 'logged out') this.#onLogOut()
      else void this.#onLogInElsewhere()
    })
  }

  /** Asks the server who is logged in. Never rejects; an abort leaves what was known. */
  async refresh(signal: AbortSignal = new AbortController().signal): Promise<void> {
    try {
      const session = await fetchSession(this.#server.base(), signal, this.#server.fetch)
      if (signal.aborted) return
      if (session.loggedIn && typeof this.#owner === 'string') this.#owner = { user: session.user }
      this.#known.set(session)
    } catch (error) {
      if (!signal.aborted) this.#known.set(toTrouble(error))
    }
  }

  /** Tells the store that the page holds no records of anybody. */
  markNothingHeld(): void {
    this.#owner = 'nobody'
  }

  /** Logs in. Rejects only with the reason of an abort. */
  async logIn(token: string, signal: AbortSignal): Promise<LoginResult> {
    const result = await logIn(this.#server.base(), token, signal, this.#server.fetch)
    if (!result.ok) return result
    const before = this.#owner
    await this.refresh(signal)
    const known = this.get()
    // Of a session that could not be asked for nothing is claimed: the next refused call says what is wrong.
    if (isSession(known) && !known.loggedIn) return { ok: false, say: COOKIE_LOST, waitSeconds: 0 }
    this.#channel.send('logged in')
    this.#onLogIn(before)
    return result
  }

  /** Logs out. Returns null, or a sentence that says why the reader is still logged in. */
  async logOut(): Promise<string | null> {
    const failure = await logOut(this.#server.base(), new AbortController().signal, this.#server.fetch)
    if (failure !== null) return failure
    this.#channel.send('logged out')
    this.#onLogOut()
    return null
  }

  async #onLogInElsewhere(): Promise<void> {
    const before = this.#owner
    await this.refresh()
    const known = this.get()
    if (isSession(known) && known.loggedIn) this.#onLogIn(before)
  }

  #onLogIn(before: Owner): void {
    const known = this.get()
    const user = isSession(known) ? known.user : null
    const { logins, viewer } = this.#login.get()
    const sameUser = before === 'nobody' || (before !== 'unknown' && before.user === user)
    this.#owner = { user }
    this.#login.set({
      form: 'hidden',
      loggedOut: false,
      logins: logins + 1,
      viewer: sameUser ? viewer : `user ${user ?? ''}`,
    })
  }

  #onLogOut(): void {
    this.#known.set(null)
    this.#owner = 'nobody'
    this.#login.set({ ...this.#login.get(), form: 'hidden', loggedOut: true })
  }
}
