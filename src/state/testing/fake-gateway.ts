import type { Session } from '../../source/session.ts'

/** The routes of a gateway that has to do with logging in: for tests. The token is `secret`. */
export class FakeGateway {
  session: Session
  /** The name that a login gives. */
  user: string | null = 'jane'
  config: unknown = { source: { kind: 'live', name: 'lab-1', endpoint: './' } }
  clusterStates: unknown = []
  /** Answers in place of the routes, by path. */
  readonly faults = new Map<string, () => Response | Promise<Response>>()
  readonly asked: string[] = []

  constructor(session: Partial<Session> = {}) {
    this.session = { mode: 'token', user: null, loggedIn: false, hint: null, ...session }
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    const path = new URL(request.url).pathname
    this.asked.push(`${request.method} ${path}`)
    return this.faults.get(path)?.() ?? this.#answer(path, await request.text())
  }

  #answer(path: string, body: string): Response {
    switch (path) {
      case '/session':
        return Response.json(this.session)
      case '/login':
        if (body !== '{"token":"secret"}')
          return Response.json({ say: 'This token ran out.' }, { status: 401 })
        this.session = { ...this.session, user: this.user, loggedIn: true }
        return new Response(null, { status: 204 })
      case '/logout':
        this.session = { ...this.session, user: null, loggedIn: false }
        return new Response(null, { status: 204 })
      case '/config.json':
        return this.#ifLoggedIn(this.config)
      case '/clusters.json':
        return this.#ifLoggedIn(this.clusterStates)
      default:
        return new Response('', { status: 404 })
    }
  }

  #ifLoggedIn(content: unknown): Response {
    return this.session.loggedIn ? Response.json(content) : new Response('', { status: 401 })
  }
}
