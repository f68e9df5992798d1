/** A server that lets calls in as the gateway does, and answers with who was let in. */
import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { answerRefusal, Refusal } from '../auth/access-refusal.ts'
import type { AuthOptions } from '../auth/auth-options.ts'
import { createAuthenticator, type AuthContext, type Authenticator } from '../auth/authenticator.ts'
import type { Viewer } from '../auth/viewer.ts'
import { checkHost, checkOrigin } from '../gateway/access.ts'
import { answerJson } from '../lib/http-message.ts'
import type { Log, LogFields } from '../lib/log.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { listenOnLoopback } from './listen-on-loopback.ts'
import { temporaryFolder } from './temporary-folder.ts'

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

export const TOKEN = 'correct-horse-battery-staple'

export interface TokenServer extends GuardedServer {
  readonly clock: ManualClock
  readonly tokenFile: string
}

/** Starts a server of the mode `token`, with a clock that stands still. */
export async function startTokenServer(
  context: Partial<AuthContext> = {},
  content = `${TOKEN}\n`,
): Promise<TokenServer> {
  const tokenFile = join(await temporaryFolder(), 'token')
  await writeFile(tokenFile, content)
  const clock = new ManualClock(1_700_000_000_000)
  return {
    ...(await startGuardedServer({ mode: 'token', tokenFile }, { clock, ...context })),
    clock,
    tokenFile,
  }
}

/** The status of a call with these headers. */
export async function statusWith(
  server: GuardedServer,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const response = await fetch(new URL('flows', server.url), { headers })
  await response.text()
  return response.status
}

export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` }
}

export function logOut(
  server: GuardedServer,
  cookie: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(new URL('logout', server.url), { method: 'POST', headers: { cookie, ...headers } })
}

/** The cookie of a new session; throws when the login was refused. */
export async function sessionOf(server: GuardedServer, token = TOKEN): Promise<string> {
  const { cookie, body } = await logIn(server, token)
  if (cookie === null) throw new Error(`refused: ${body}`)
  return cookie
}

/** What GET /session says. */
export async function readSession(
  server: GuardedServer,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const response = await fetch(new URL('session', server.url), { headers })
  expect(response.headers.get('cache-control')).toBe('no-store')
  return response.json()
}

/** Opens a call that is watched. */
export function openWatched(
  server: GuardedServer,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  return fetch(new URL('watched', server.url), { headers })
}
