/**
 * How the service worker answers for the page's own files. Whatever else a page asks for (config.json, flows, logins) is
 * left to the network, so that nothing that a server says is ever taken from a cache.
 */

/** What the browser's cache and network give, to be replaced in tests. */
export interface Access {
  /** The URL below which the service worker answers, with a slash at its end. */
  readonly scope: string
  /** The paths of the page's files, relative to the scope. */
  readonly files: ReadonlySet<string>
  /** The kept copy of a file; undefined without one. */
  readonly kept: (path: string) => Promise<Response | undefined>
  readonly fetch: (request: Request) => Promise<Response>
}

const PAGE = 'index.html'
/** The names of the files in this folder have a hash of the content in them (Vite): a kept copy is never outdated. */
const HASHED_FOLDER = 'assets/'
/** What a reverse proxy answers with when the server behind it is away. */
const AWAY = new Set([502, 503, 504])

/**
 * The answer to a request; null for one that is none of the page's files. A file whose name has its hash comes from its kept
 * copy. The page and the others come from the network, so that a new version is seen at once and a login is asked for as
 * without a service worker; from their kept copies where the network or the server is away.
 */
export function answerTo(request: Request, access: Access): Promise<Response> | null {
  const path = fileOf(request, access)
  if (path === null) return null
  return path.startsWith(HASHED_FOLDER)
    ? keptFirst(path, request, access)
    : networkFirst(path, request, access)
}

/** The file that a request asks for, relative to the scope; null where it is none of the page's. */
function fileOf({ method, mode, url }: Request, { scope, files }: Access): string | null {
  if (method !== 'GET' || !url.startsWith(scope)) return null
  const path = new URL(url).pathname.slice(new URL(scope).pathname.length)
  const file = path === '' && mode === 'navigate' ? PAGE : path
  return files.has(file) ? file : null
}

async function keptFirst(path: string, request: Request, { kept, fetch }: Access): Promise<Response> {
  return (await kept(path)) ?? fetch(request)
}

async function networkFirst(path: string, request: Request, { kept, fetch }: Access): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(request)
  } catch (error) {
    const copy = await kept(path)
    if (copy !== undefined) return copy
    throw error
  }
  return AWAY.has(answer.status) ? ((await kept(path)) ?? answer) : answer
}
