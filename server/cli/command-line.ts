/** Parses the command line into a command, without opening a file or a socket. */
import { basename } from 'node:path'
import type { ParseArgsConfig } from 'node:util'
import { hostNameOf, isLoopback } from '../gateway/access.ts'
import { GOLDMANE_NAMESPACE } from '../kubectl/kubectl-access.ts'
import { parseExplain } from './explain-options.ts'
import type { UpstreamOptions } from '../upstream/upstream.ts'
import { parseFlags } from './parse-flags.ts'
import { UsageError } from './usage-error.ts'

/** Where the flows that are served come from. */
export type ServedSource =
  | { readonly kind: 'demo' }
  | { readonly kind: 'goldmane'; readonly upstream: UpstreamOptions }
  | { readonly kind: 'capture'; readonly path: string; readonly name: string }
  /** The Goldmane of a context of the user's kubectl; null for the current one. */
  | { readonly kind: 'kubectl'; readonly context: string | null; readonly namespace: string }

export interface ServeCommand {
  readonly command: 'serve'
  readonly host: string
  readonly port: number
  /** Empty, or like `/flowtrace`. */
  readonly basePath: string
  readonly allowedHosts: readonly string[]
  readonly source: ServedSource
}

export type Command =
  | ServeCommand
  | ReturnType<typeof parseExplain>
  | { readonly command: 'help' }
  | { readonly command: 'version' }

export const HELP = `Usage: flowtrace [serve] [options]
       flowtrace explain FILE [options]

serve, which needs not be named, serves the Flowtrace page, with the built-in demo
cluster unless told otherwise. explain says in the terminal which policy decided the
flows of a capture: explain --help. From a checkout: npm start -- explain FILE

Where flows come from (one of):
  --demo                the demo cluster (default)
  --goldmane URL        a Goldmane: https://HOST:7443, or http:// on the loopback
  --capture FILE        a capture file
  --kubectl             the Goldmane of your kubectl's current context: forwards a
                        port and gets a certificate, as far as you may

With --goldmane https://…:
  --ca FILE             who signed Goldmane's certificate (PEM)
  --cert FILE           the client certificate (PEM)
  --key FILE            its key (PEM)
  --server-name NAME    the name in Goldmane's certificate, when it is not HOST

With --kubectl:
  --context NAME        another context of your kubectl
  --namespace NAME      Goldmane's namespace, calico-system unless given

The server:
  --port PORT           8081 unless given; 0 takes any free port
  --host HOST           127.0.0.1 unless given. There is no authentication: whoever
                        reaches the port can read all flows
  --base-path PATH      serve below this path, as in /flowtrace
  --allow-host NAME     answer to this host name too, as a proxy in front sends it;
                        may be repeated

  --help, --version
`

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  'base-path': { type: 'string' },
  'allow-host': { type: 'string', multiple: true },
  demo: { type: 'boolean' },
  goldmane: { type: 'string' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  'server-name': { type: 'string' },
  capture: { type: 'string' },
  kubectl: { type: 'boolean' },
  context: { type: 'string' },
  namespace: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const satisfies ParseArgsConfig['options']

type Flags = ReturnType<typeof parseFlags<typeof OPTIONS>>['values']

const DEFAULT_PORT = 8081
const DEFAULT_HOST = '127.0.0.1'

/** The command in `argv`, the arguments after the program's name. Throws {@link UsageError}. */
export function parseCommand(argv: readonly string[]): Command {
  if (argv[0] === 'explain') return parseExplain(argv.slice(1))
  const { values: flags, positionals } = parseFlags(argv, OPTIONS)
  if (flags.help === true) return { command: 'help' }
  if (flags.version === true) return { command: 'version' }
  const [command = 'serve', ...rest] = positionals
  if (command !== 'serve')
    throw new UsageError(`There is no command ${JSON.stringify(command)}; there are: serve, explain`)
  if (rest.length > 0) throw new UsageError(`serve takes options only, not ${JSON.stringify(rest[0])}`)
  return {
    command: 'serve',
    host: requireNonEmpty('host', flags.host) ?? DEFAULT_HOST,
    port: parsePort(flags.port),
    basePath: parseBasePath(flags['base-path']),
    allowedHosts: (flags['allow-host'] ?? []).map(parseAllowedHost),
    source: parseSource(flags),
  }
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new UsageError(`--port wants a number from 0 to 65535, not ${JSON.stringify(text)}`)
  }
  return Number(text)
}

function parseBasePath(text: string | undefined): string {
  if (text === undefined || text === '/') return ''
  const path = text.replace(/\/$/, '')
  if (!/^(\/[\w~-][\w.~-]*)+$/.test(path)) {
    throw new UsageError(`--base-path wants a path such as /flowtrace, not ${JSON.stringify(text)}`)
  }
  return path
}

function parseAllowedHost(text: string): string {
  const name = hostNameOf(text)
  if (name === null) throw new UsageError(`--allow-host wants a host name, not ${JSON.stringify(text)}`)
  return name
}

function parseSource(flags: Flags): ServedSource {
  const chosen = (['demo', 'goldmane', 'capture', 'kubectl'] as const).filter(
    (name) => flags[name] !== undefined,
  )
  if (chosen.length > 1) throw new UsageError(`--${chosen[0]} and --${chosen[1]} exclude each other`)
  if (flags.goldmane !== undefined)
    return { kind: 'goldmane', upstream: parseUpstream(flags.goldmane, flags) }
  for (const name of ['ca', 'cert', 'key', 'server-name'] as const) {
    if (flags[name] !== undefined) throw new UsageError(`--${name} is of use only with --goldmane`)
  }
  const kubectl = parseKubectl(flags)
  if (kubectl !== null) return kubectl
  const path = requireNonEmpty('capture', flags.capture)
  return path === undefined ? { kind: 'demo' } : { kind: 'capture', path, name: basename(path) }
}

function parseKubectl(flags: Flags): ServedSource | null {
  const context = requireNonEmpty('context', flags.context)
  const namespace = requireNonEmpty('namespace', flags.namespace) ?? GOLDMANE_NAMESPACE
  if (flags.kubectl === true) {
    // DNS label (RFC 1123): kubectl would take anything else for an option.
    if (!/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/.test(namespace))
      throw new UsageError(`--namespace wants the name of a namespace, not ${JSON.stringify(namespace)}`)
    return { kind: 'kubectl', context: context ?? null, namespace }
  }
  for (const name of ['context', 'namespace'] as const) {
    if (flags[name] !== undefined) throw new UsageError(`--${name} is of use only with --kubectl`)
  }
  return null
}

function parseUpstream(text: string, flags: Flags): UpstreamOptions {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new UsageError(`--goldmane wants https://HOST:PORT, not ${JSON.stringify(text)}`)
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new UsageError(`--goldmane wants nothing but https://HOST:PORT, not ${JSON.stringify(text)}`)
  }
  const ca = requireNonEmpty('ca', flags.ca)
  const cert = requireNonEmpty('cert', flags.cert)
  const key = requireNonEmpty('key', flags.key)
  const serverName = requireNonEmpty('server-name', flags['server-name'])
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--cert and --key go together')
  if (url.protocol === 'http:') {
    if (!isLoopback(hostNameOf(url.host) ?? '')) {
      throw new UsageError('--goldmane over http:// is for the loopback only: use https://')
    }
    if ((ca ?? cert ?? serverName) !== undefined) {
      throw new UsageError('--ca, --cert, --key and --server-name need --goldmane https://…')
    }
    return { url: url.origin }
  }
  return {
    url: url.origin,
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(serverName === undefined ? {} : { serverName }),
    },
  }
}

function requireNonEmpty(flag: string, text: string | undefined): string | undefined {
  if (text === '') throw new UsageError(`--${flag} wants a value`)
  return text
}
