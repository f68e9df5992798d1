import type { HttpRequest } from '../lib/http-message.ts'
import type { Refusal } from './access-refusal.ts'
import type { Viewer } from './viewer.ts'

/** How one mode tells who sent a request. */
export interface AuthStrategy {
  /** What to log in with, in a sentence for the login page; null where there is no login. */
  readonly hint: string | null
  /**
   * @param isRecheck Whether this request was let in before and is still being answered. A recheck is not limited: an
   *   attacker who uses up the attempts of an address must not end the streams of its users.
   */
  authenticate(request: HttpRequest, isRecheck: boolean): Promise<Viewer | Refusal>
  /** Throws {@link AuthSetupError} when nobody could be let in as things are. */
  checkSetup(): Promise<void>
  /** The login with a token; null where there is none. */
  readonly login: TokenLogin | null
  close(): void
}

export interface TokenLogin {
  /** Takes an attempt to log in; a refusal when the client has none left. */
  takeAttempt(request: HttpRequest): Refusal | null
  /** Begins a session. Returns the Set-Cookie header for it. Follows {@link takeAttempt}. */
  begin(request: HttpRequest, token: string): Promise<string | Refusal>
  /** Ends the sessions of a request, and returns the Set-Cookie header that removes the cookie. */
  end(request: HttpRequest): string
}
