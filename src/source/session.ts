/**
 * Logging in to the gateway and out of it: its routes `session`, `login` and `logout` beside `config.json`. The token is
 * sent once; afterwards the gateway knows the reader by a cookie that scripts cannot read.
 */
import * as z from 'zod/mini'
import { fetchResponse, HttpError } from './network.ts'
import { toTrouble } from './trouble.ts'

/** How the server learns who asks: not at all, by a token, or by headers of a proxy in front of it. */
export type LoginMode = 'none' | 'token' | 'proxy' | 'kubernetes'

export interface Session {
  readonly mode: LoginMode
  /** Null when the server does not know a name. */
  readonly user: string | null
  readonly loggedIn: boolean
  /** How to get a token: a command of kubectl, or a sentence. Null when the server says nothing. */
  readonly hint: string | null
}

export type LoginResult =
  | { readonly ok: true }
  /** `waitSeconds` is how long the server wants to see no other attempt; 0 for not at all. */
  | { readonly ok: false; readonly say: string; readonly waitSeconds: number }

/** A server without a `session` route asks nobody who they are. */
const WITHOUT_LOGIN: Session = { mode: 'none', user: null, loggedIn: true, hint: null }

/** What answers is not the gateway, but a login in front of it, as of oauth2-proxy. */
const LOGIN_IN_FRONT: Session = { mode: 'proxy', user: null, loggedIn: false, hint: null }

const sessionSchema = z.object({
  mode: z.enum(['none', 'token', 'proxy', 'kubernetes']),
  user: z.nullable(z.string().check(z.maxLength(1000))),
  loggedIn: z.boolean(),
  hint: z.nullish(z.string().check(z.maxLength(1000))),
})

const refusalSchema = z.object({ say: z.string().check(z.minLength(1), z.maxLength(1000)) })

/** Attempts are never put off for longer than this, whatever the server says. */
const MAX_WAIT_SECONDS = 3600
/** When the server wants a pause and does not say how long. */
const DEFAULT_WAIT_SECONDS = 30

/**
 * Asks who the reader is and how to log in, below `base`. Throws NetworkError, {@link HttpError} for a server that
 * fails, or the signal's reason after an abort.
 */
export async function fetchSession(
  base: string,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<Session> {
  const url = new URL('session', base).href
  // A login in front redirects to an address of its own, which this page may not read.
  const response = await fetchResponse(fetcher, url, { signal, cache: 'no-store', redirect: 'manual' })
  if (response.status === 404) return WITHOUT_LOGIN
  if (response.status >= 500) throw new HttpError(response.status, url)
  const parsed = sessionSchema.safeParse(await jsonOf(response))
  if (!response.ok || !parsed.success) return LOGIN_IN_FRONT
  return { ...parsed.data, hint: parsed.data.hint ?? null }
}

/** Sends the token. A refusal is a result with a sentence; only an abort of the signal rejects, with its reason. */
export async function logIn(
  base: string,
  token: string,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<LoginResult> {
  const url = new URL('login', base).href
  try {
    const response = await fetchResponse(fetcher, url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
      signal,
    })
    if (response.ok) return { ok: true }
    const said = refusalSchema.safeParse(await jsonOf(response))
    if (response.status === 429) {
      const waitSeconds = waitOf(response.headers.get('retry-after'))
      return { ok: false, say: 'There were too many attempts.', waitSeconds }
    }
    if (said.success) return { ok: false, say: said.data.say, waitSeconds: 0 }
    if (response.status === 401) return { ok: false, say: 'The server refused this token.', waitSeconds: 0 }
    throw new HttpError(response.status, url)
  } catch (error) {
    signal.throwIfAborted()
    return { ok: false, say: toTrouble(error).say, waitSeconds: 0 }
  }
}

/** Logs out. Returns null, or a sentence that says why the reader is still logged in. Rejects only after an abort. */
export async function logOut(
  base: string,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<string | null> {
  const url = new URL('logout', base).href
  try {
    const response = await fetchResponse(fetcher, url, { method: 'POST', signal })
    // 401: the session had ended already.
    if (response.ok || response.status === 401) return null
    throw new HttpError(response.status, url)
  } catch (error) {
    signal.throwIfAborted()
    return `You are still logged in. ${toTrouble(error).say}`
  }
}

/** The answer's JSON; null for any other content. */
async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return null
  }
}

/** Seconds of a Retry-After header. */
function waitOf(text: string | null): number {
  if (text === null || !/^\d{1,9}$/.test(text)) return DEFAULT_WAIT_SECONDS
  return Math.min(Number(text), MAX_WAIT_SECONDS)
}
