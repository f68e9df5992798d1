/**
 * Reads `config.json`, which tells the page at its start what the server offers to open. Only this file sets the
 * endpoint, never the URL of the page: otherwise a link could connect its reader to a Goldmane of the sender's choice.
 */
import { isObject } from '../lib/is-object.ts'
import { isText } from '../lib/is-text.ts'
import { messageOf } from './error-message.ts'
import { download, HttpError } from './network.ts'
import { TroubleError } from './trouble.ts'

export type ConfiguredSource = (
  | /** `endpoint` is absolute, with a trailing slash. `demo`: whether its policies can be chosen (demo-policies.ts). */
    { readonly kind: 'live'; readonly name: string; readonly endpoint: string; readonly demo?: true }
  /** `url` is absolute. */
  | { readonly kind: 'capture'; readonly name: string; readonly url: string }
) & {
  /** The absolute address of its policies (cluster-policies.ts); absent where the server has none. */
  readonly policies?: string
  /** The absolute address of what the server says of its history; absent where it keeps none. */
  readonly history?: string
}

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

const MAX_NAME_CHARS = 200
const MAX_ADDRESS_CHARS = 10_000

type Members = Readonly<Record<string, unknown>>

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
  // Unknown members are ignored, because a newer server may send more.
  const { viewer, ...members } = membersOf(json, 'all of it')
  const source = readSource(members['source'], url)
  const clusters = readClusters(members['clusters'], url)
  return {
    source,
    clusters: source.kind === 'live' ? clusters : [],
    ...(viewer === undefined ? {} : { viewer: readText(viewer, 'viewer', MAX_NAME_CHARS) }),
  }
}

function readSource(value: unknown, base: URL): ConfiguredSource {
  const source = membersOf(value, 'source')
  switch (source['kind']) {
    case 'live':
      return readLive(source, 'source', base)
    case 'capture': {
      const name = readText(source['name'], 'source.name', MAX_NAME_CHARS)
      const address = readText(source['url'], 'source.url', MAX_ADDRESS_CHARS)
      return { kind: 'capture', name, url: sameOrigin(address, base).href, ...readAddresses(source, base) }
    }
    default:
      throw unusable('source.kind: must be "live" or "capture"')
  }
}

function readClusters(value: unknown, base: URL): readonly LiveCluster[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw unusable('clusters: must be a list')
  if (value.length > MAX_CLUSTERS) throw unusable(`clusters: must be at most ${MAX_CLUSTERS}`)
  const clusters = value.map((each: unknown, i) => {
    const place = `clusters.${i}`
    return readLive(membersOf(each, place), place, base)
  })
  if (new Set(clusters.map(({ name }) => name)).size < clusters.length) {
    throw unusable('clusters: two of them have the same name')
  }
  return clusters
}

function readLive(members: Members, place: string, base: URL): LiveCluster {
  const name = readText(members['name'], `${place}.name`, MAX_NAME_CHARS)
  const endpoint = sameOrigin(readText(members['endpoint'], `${place}.endpoint`, MAX_ADDRESS_CHARS), base)
  endpoint.search = ''
  endpoint.hash = ''
  if (!endpoint.pathname.endsWith('/')) endpoint.pathname += '/'
  const live = { kind: 'live', name, endpoint: endpoint.href, ...readAddresses(members, base) } as const
  return members['demo'] === true ? { ...live, demo: true } : live
}

/** One of another origin makes the file unusable, as every address does. */
function readAddresses(members: Members, base: URL): Pick<ConfiguredSource, 'policies' | 'history'> {
  const found: { policies?: string; history?: string } = {}
  for (const name of ['policies', 'history'] as const) {
    const address = members[name]
    if (isText(address, MAX_ADDRESS_CHARS)) found[name] = sameOrigin(address, base).href
  }
  return found
}

/** The members of an object in the file. `place` is where it stands, for the error. */
function membersOf(value: unknown, place: string): Members {
  if (!isObject(value) || Array.isArray(value)) throw unusable(`${place}: must be an object`)
  return value
}

function readText(value: unknown, place: string, maxChars: number): string {
  if (!isText(value, maxChars)) throw unusable(`${place}: must be a text of 1 to ${maxChars} characters`)
  return value
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
