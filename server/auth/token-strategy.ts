import type { Clock } from '../../src/lib/clock.ts'
import { headerValues, type HttpRequest } from '../lib/http-message.ts'
import { AttemptLimiter } from './attempt-limiter.ts'
import type { AuthStrategy, TokenLogin } from './auth-strategy.ts'
import { Refusal } from './access-refusal.ts'
import { SessionCookie } from './session-cookie.ts'
import { SESSION_MAX_AGE_MS, SessionStore } from './session-store.ts'
import type { TokenVerifier } from './token-verifier.ts'
import type { TrustedProxies } from './trusted-proxies.ts'
import type { Viewer } from './viewer.ts'

/** Only attempts that fail count. */
const ATTEMPT_LIMITS = { perClient: 10, total: 100, windowMs: 60_000 }

/**
 * Lets in who has a token: `Authorization: Bearer TOKEN` on any call, or a session's cookie after a login. A session is no
 * right of its own: its token is judged again on every call, so it ends when the token would no longer be let in.
 */
export class TokenStrategy implements AuthStrategy, TokenLogin {
  readonly #verifier: TokenVerifier
  readonly #proxies: TrustedProxies
  readonly #cookie: SessionCookie
  readonly #sessions: SessionStore
  readonly #limiter: AttemptLimiter

  constructor(verifier: TokenVerifier, proxies: TrustedProxies, basePath: string, clock: Clock) {
    this.#verifier = verifier
    this.#proxies = proxies
    this.#cookie = new SessionCookie(basePath)
    this.#sessions = new SessionStore(clock)
    this.#limiter = new AttemptLimiter(ATTEMPT_LIMITS, clock)
  }

  get hint(): string {
    return this.#verifier.hint
  }

  get login(): TokenLogin {
    return this
  }

  checkSetup(): Promise<void> {
    return this.#verifier.checkSetup()
  }

  close(): void {
    this.#verifier.close()
  }

  async authenticate(request: HttpRequest, isRecheck: boolean): Promise<Viewer | Refusal> {
    const token = bearerToken(request)
    if (token instanceof Refusal) return token
    if (token === null) return this.#authenticateSession(request)
    if (isRecheck) return this.#verifier.verify(token)
    return this.takeAttempt(request) ?? this.#verifyAttempt(request, token)
  }

  takeAttempt(request: HttpRequest): Refusal | null {
    const wait = this.#limiter.take(this.#proxies.clientAddress(request))
    if (wait === 0) return null
    return new Refusal(429, 'too many attempts', `Too many failed logins. Try again in ${wait} s.`, wait)
  }

  async begin(request: HttpRequest, token: string): Promise<string | Refusal> {
    const viewer = await this.#verifyAttempt(request, token)
    if (viewer instanceof Refusal) return viewer
    if (hasNoNamespace(viewer))
      return new Refusal(
        403,
        'no namespaces',
        `${viewer.name ?? 'This user'} may not see the flows of any namespace. ${this.#verifier.howToGrant}`,
      )
    this.#endSessions(request)
    const id = this.#sessions.create(token)
    return this.#cookie.begin(request, this.#proxies.isSecure(request), id, SESSION_MAX_AGE_MS / 1000)
  }

  end(request: HttpRequest): string {
    this.#endSessions(request)
    return this.#cookie.end(request, this.#proxies.isSecure(request))
  }

  /** Gives the attempt back unless the token was wrong. */
  async #verifyAttempt(request: HttpRequest, token: string): Promise<Viewer | Refusal> {
    const result = await this.#verifier.verify(token)
    if (!(result instanceof Refusal && result.reason === 'wrong token'))
      this.#limiter.giveBack(this.#proxies.clientAddress(request))
    return result
  }

  async #authenticateSession(request: HttpRequest): Promise<Viewer | Refusal> {
    const ids = this.#sessionIds(request)
    let answer = new Refusal(401, 'no login', 'Log in to see flows.')
    for (const id of ids) {
      answer = new Refusal(401, 'session ended', 'The session is over. Log in again.')
      const token = this.#sessions.use(id)
      if (token === null) continue
      const result = await this.#verifier.verify(token)
      // The session may have ended while its token was judged.
      if (!this.#sessions.has(id)) continue
      if (result instanceof Refusal ? result.status === 401 : hasNoNamespace(result))
        this.#sessions.remove(id)
      else return result
    }
    return answer
  }

  #endSessions(request: HttpRequest): void {
    for (const id of this.#sessionIds(request)) this.#sessions.remove(id)
  }

  #sessionIds(request: HttpRequest): string[] {
    return this.#cookie.read(request, this.#proxies.isSecure(request))
  }
}

function hasNoNamespace({ namespaces }: Viewer): boolean {
  return namespaces !== 'all' && namespaces.size === 0
}

/** The token of an Authorization header; null without one, and for other schemes, which are between browser and proxy. */
function bearerToken(request: HttpRequest): string | Refusal | null {
  const [header, ...more] = headerValues(request, 'authorization')
  if (more.length > 0)
    return new Refusal(400, 'ambiguous headers', 'The request has more than one Authorization header.')
  const match = /^bearer(?:\s+(.*?))?\s*$/i.exec(header ?? '')
  return match === null ? null : (match[1] ?? '')
}
