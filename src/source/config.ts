/**
 * Reads `config.json`, which tells the page at its start what the server offers to open. Only this file sets the
 * endpoint, never the URL of the page: otherwise a link could connect its reader to a Goldmane of the sender's choice.
 */
import * as z from 'zod/mini'
import { unreachable } from '../lib/assert.ts'
import { messageOf } from './error-message.ts'
import { download, HttpError } from './network.ts'
import { TroubleError } from './trouble.ts'

export type ConfiguredSource =
  /** `endpoint` is absolute, with a trailing slash. */
  | { readonly kind: 'live'; readonly name: string; readonly endpoint: string }
  /** `url` is absolute. */
  | { readonly kind: 'capture'; readonly name: string; readonly url: string }

type LiveCluster = Extract<ConfiguredSource, { kind: 'live' }>

export interface Config {
  readonly source: ConfiguredSource
  /** All clusters of a server that has several, with distinct names, the one that opens by default first. */
  readonly clusters: readonly LiveCluster[]
  /** Differs for different users of the server; absent where it does not ask who they are. */
  readonly viewer?: string
}

/** The menu lists all of them, so there is a limit. */
const MAX_CLUSTERS = 1000

const nameSchema = z.string().check(z.minLength(1), z.maxLength(200))
const addressSchema = z.string().check(z.minLength(1))

// Unknown members are ignored, because a newer server may send more.
const configSchema = z.object({
  viewer: z.optional(nameSchema),
  clusters: z.optional(
    z.array(z.object({ name: nameSchema, endpoint: addressSchema })).check(z.maxLength(MAX_CLUSTERS)),
  ),
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('live'), name: nameSchema, endpoint: addressSchema }),
    z.object({ kind: z.literal('capture'), name: nameSchema, url: addressSchema }),
  ]),
})

/**
 * Loads the `config.json` beside the page, whose URL is `base`. URLs in it are relative to the file and must stay on
 * its origin. Throws {@link TroubleError}, NetworkError, HttpError, or the signal's reason after an abort.
 */
export async function loadConfig(
  base: string,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<Config> {
  const url = new URL('config.json', base)
  let text: string
  try {
    // no-cache revalidates: the content changes with the server's command line, not with the build.
    const response = await download(fetcher, url.href, { signal, cache: 'no-cache' })
    text = await response.text()
  } catch (error) {
    if (!(error instanceof HttpError && error.status === 404)) throw error
    const say =
      'The server has no config.json, so there is nothing to show by itself. Open a capture file, or ask whoever runs the server.'
    throw new TroubleError(
      { kind: 'unsupported', say, detail: error.message, retry: false },
      { cause: error },
    )
  }
  return parseConfig(text, url)
}

/** Parses a configuration that came from `url`. Throws {@link TroubleError} when it is not valid. */
export function parseConfig(text: string, url: URL): Config {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw unusable(`${url.href} is not JSON: ${messageOf(error)}`)
  }
  const parsed = configSchema.safeParse(json)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'all of it'}: ${message}`,
    )
    throw unusable(faults.join('; '))
  }
  const { source, clusters = [], viewer } = parsed.data
  const forViewer = viewer === undefined ? {} : { viewer }
  if (new Set(clusters.map(({ name }) => name)).size < clusters.length) {
    throw unusable('clusters: two of them have the same name')
  }
  const live = clusters.map(({ name, endpoint }) => liveCluster(name, endpoint, url))
  switch (source.kind) {
    case 'capture':
      return {
        source: { kind: 'capture', name: source.name, url: sameOrigin(source.url, url).href },
        clusters: [],
        ...forViewer,
      }
    case 'live':
      return { source: liveCluster(source.name, source.endpoint, url), clusters: live, ...forViewer }
    default:
      return unreachable(source, 'configured source')
  }
}

function liveCluster(name: string, address: string, base: URL): LiveCluster {
  const endpoint = sameOrigin(address, base)
  endpoint.search = ''
  endpoint.hash = ''
  if (!endpoint.pathname.endsWith('/')) endpoint.pathname += '/'
  return { kind: 'live', name, endpoint: endpoint.href }
}

function sameOrigin(address: string, base: URL): URL {
  if (!URL.canParse(address, base)) throw unusable(`${address} is not an address`)
  const resolved = new URL(address, base)
  if (resolved.origin !== base.origin || resolved.protocol !== base.protocol) {
    throw unusable(`${address} is not on ${base.origin}: this page asks no other server`)
  }
  return resolved
}

function unusable(detail: string): TroubleError {
  const say = 'The server’s config.json cannot be used. Open a capture file, or ask whoever runs the server.'
  return new TroubleError({ kind: 'bad-data', say, detail, retry: false })
}
