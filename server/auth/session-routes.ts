/** The routes of authentication: GET /session, POST /login and POST /logout. */
import type { Clock } from '../../src/lib/clock.ts'
import { ClientPlaces } from '../lib/client-places.ts'
import { answerJson, type HttpRequest, type HttpResponse } from '../lib/http-message.ts'
import type { AuthMode } from './auth-options.ts'
import type { AuthStrategy, TokenLogin } from './auth-strategy.ts'
import { readJsonBody } from './json-body.ts'
import { answerRefusal, Refusal } from './access-refusal.ts'
import { isSameOrigin } from './same-origin.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

/**
 * Logins whose body is being read, each of up to 16 KiB; a body that is never finished holds a place for 5 s. Nobody can
 * keep all others from logging in.
 */
const LOGIN_LIMITS = { all: 1_024, perClient: 16 }

/** Each route with the methods that it takes. */
const ROUTES: Readonly<Record<string, readonly string[]>> = {
  '/session': ['GET', 'HEAD'],
  '/login': ['POST'],
  '/logout': ['POST'],
}

export interface SessionRoutesOptions {
  readonly mode: AuthMode
  readonly strategy: AuthStrategy
  readonly proxies: TrustedProxies
  readonly clock: Clock
  /** Called for every call that is refused. */
  readonly onRefusal: (request: HttpRequest, refusal: Refusal) => void
  /** Called after a log-out. */
  readonly onLogout: () => void
}

export class SessionRoutes {
  readonly #options: SessionRoutesOptions
  readonly #loginPlaces = new ClientPlaces(LOGIN_LIMITS)

  constructor(options: SessionRoutesOptions) {
    this.#options = options
  }

  /** Answers when the path, which is without base path and query, is one of these routes; returns whether it is. */
  handle(request: HttpRequest, response: HttpResponse, path: string): boolean {
    const methods = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined
    if (methods === undefined) return false
    if (!methods.includes(request.method ?? '')) {
      response.setHeader('allow', methods.join(', '))
      answerUnread(request, response, 405, { say: `Only ${methods.join(' and ')} is served here.` })
    } else if (!isSameOrigin(request, this.#options.proxies)) {
      this.#refuse(
        request,
        response,
        new Refusal(403, 'cross-origin', 'Only the page of this origin may do that.'),
      )
    } else if (path === '/session') {
      void this.#answerSession(request, response)
    } else if (path === '/login') {
      void this.#answerLogin(request, response)
    } else {
      this.#answerLogout(request, response)
    }
    return true
  }

  async #answerSession(request: HttpRequest, response: HttpResponse): Promise<void> {
    const { mode, strategy } = this.#options
    const viewer = await strategy.authenticate(request, false)
    const loggedIn = !(viewer instanceof Refusal)
    answerJson(response, 200, {
      mode,
      user: loggedIn ? viewer.name : null,
      loggedIn,
      ...(strategy.hint === null ? {} : { hint: strategy.hint }),
    })
  }

  async #answerLogin(request: HttpRequest, response: HttpResponse): Promise<void> {
    const { login } = this.#options.strategy
    if (login === null)
      return answerUnread(request, response, 404, { say: 'There is no login in this mode.' })
    const cookie = await this.#logIn(request, login)
    if (cookie instanceof Refusal) return this.#refuse(request, response, cookie)
    response.setHeader('set-cookie', cookie)
    answerEmpty(response)
  }

  async #logIn(request: HttpRequest, login: TokenLogin): Promise<string | Refusal> {
    const leave = this.#loginPlaces.take(this.#options.proxies.clientAddress(request))
    if (typeof leave !== 'function')
      return new Refusal(503, 'too many attempts', 'Too many logins at once. Try again.', 1)
    try {
      const body = await readJsonBody(request, this.#options.clock)
      if (body instanceof Refusal) return body
      const token = tokenOf(body.json)
      if (token === null)
        return new Refusal(
          400,
          'malformed body',
          'The body has to be an object with the member token, a text.',
        )
      return login.takeAttempt(request) ?? (await login.begin(request, token))
    } finally {
      leave()
    }
  }

  #answerLogout(request: HttpRequest, response: HttpResponse): void {
    const { strategy, onLogout } = this.#options
    if (strategy.login !== null) response.setHeader('set-cookie', strategy.login.end(request))
    answerEmpty(response)
    onLogout()
  }

  #refuse(request: HttpRequest, response: HttpResponse, refusal: Refusal): void {
    this.#options.onRefusal(request, refusal)
    if (request.complete) answerRefusal(response, refusal)
    else endUnread(request, response, () => answerRefusal(response, refusal))
  }
}

function tokenOf(json: unknown): string | null {
  if (typeof json !== 'object' || json === null || !('token' in json)) return null
  return typeof json.token === 'string' ? json.token.trim() : null
}

function answerEmpty(response: HttpResponse): void {
  response.statusCode = 204
  response.setHeader('cache-control', 'no-store')
  response.end('')
}

function answerUnread(request: HttpRequest, response: HttpResponse, status: number, value: unknown): void {
  endUnread(request, response, () => answerJson(response, status, value))
}

/** Answers a request whose body may still be on its way, and ends its connection or its HTTP/2 stream. */
export function endUnread(request: HttpRequest, response: HttpResponse, answer: () => void): void {
  if ('stream' in request) {
    answer()
    request.stream.close()
  } else {
    response.setHeader('connection', 'close')
    answer()
  }
}
