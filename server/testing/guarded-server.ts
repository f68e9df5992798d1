/** A server that lets calls in as the gateway does, and answers with who was let in. */
import { createServer, type IncomingMessage } from 'node:http'
import { onTestFinished } from 'vitest'
import { answerRefusal, Refusal } from '../auth/access-refusal.ts'
import type { AuthOptions } from '../auth/auth-options.ts'
import { createAuthenticator, type AuthContext, type Authenticator } from '../auth/authenticator.ts'
import type { Viewer } from '../auth/viewer.ts'
import { checkHost, checkOrigin } from '../gateway/access.ts'
import { answerJson } from '../lib/http-message.ts'
import type { Log, LogFields } from '../lib/log.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { listenOnLoopback } from './http2-peer.ts'

export interface LogLine {
  readonly level: keyof Log
  readonly event: string
  readonly fields: LogFields
}

export interface GuardedServer {
  /** With a slash at its end. */
  readonly url: string
  readonly port: number
  readonly auth: Authenticator
  readonly log: readonly LogLine[]
  /** What watched calls were told, in order. Every call to a path that begins with `/watched` is watched. */
  readonly changes: readonly (Viewer | Refusal)[]
}

/** Starts it on a free port of 127.0.0.1, closed when the test ends. */
export async function startGuardedServer(
  options: AuthOptions,
  context: Partial<AuthContext> = {},
): Promise<GuardedServer> {
  const log: LogLine[] = []
  const changes: (Viewer | Refusal)[] = []
  const auth = createAuthenticator(options, { log: recordIn(log), clock: systemClock, ...context })
  const rules = { allowedHosts: [], allowsAnyHost: false, proxies: auth.proxies }
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/, '')
    const foreign = checkHost(request, rules)
    if (foreign !== null) return answerRefusal(response, foreign)
    if (auth.handle(request, response, path)) return undefined
    const crossOrigin = checkOrigin(request, rules)
    if (crossOrigin !== null) return answerRefusal(response, crossOrigin)
    void auth.authenticate(request).then((viewer) => {
      if (viewer instanceof Refusal) return answerRefusal(response, viewer)
      if (path.startsWith('/watched')) watch(request, viewer)
      const namespaces = viewer.namespaces === 'all' ? 'all' : [...viewer.namespaces].sort()
      return answerJson(response, 200, { name: viewer.name, namespaces, hidesOtherEnd: viewer.hidesOtherEnd })
    })
    return undefined
  })
  const watch = (request: IncomingMessage, viewer: Viewer) =>
    auth.watch(request, viewer, (now) => void changes.push(now))
  const port = await listenOnLoopback(server)
  onTestFinished(() => {
    auth.close()
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${port}/`, port, auth, log, changes }
}

function recordIn(lines: LogLine[]): Log {
  const record =
    (level: keyof Log) =>
    (event: string, fields: LogFields = {}) =>
      void lines.push({ level, event, fields })
  return { info: record('info'), warn: record('warn'), error: record('error') }
}

/** Logs in with a token; the Cookie header that the session needs is null when it was refused. */
export async function logIn(
  { url }: Pick<GuardedServer, 'url'>,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{
  readonly status: number
  readonly body: string
  readonly cookie: string | null
  readonly response: Response
}> {
  const response = await fetch(new URL('login', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ token }),
  })
  const cookie = response.headers.get('set-cookie')?.replace(/;.*$/, '') ?? null
  return { status: response.status, body: await response.text(), cookie, response }
}
