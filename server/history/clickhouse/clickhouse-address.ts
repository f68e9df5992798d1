/** Where a ClickHouse is: `clickhouse://user@host:8443/database?cluster=NAME`. */
import { HistoryError } from '../history-error.ts'

export interface ClickHouseAddress {
  /** Of the HTTP interface: `https://host:8443`. */
  readonly url: string
  readonly user: string
  readonly database: string
  /** Of ClickHouse's own configuration, whose shards have the tables; null for a single server. */
  readonly cluster: string | null
  /** The tables of each shard have replicas. */
  readonly replicated: boolean
}

/** ClickHouse's own port for HTTP without TLS. */
const PLAIN_PORT = '8123'
const TLS_PORT = '8443'
export const DEFAULT_DATABASE = 'flowtrace'

/**
 * Parses it. The connection is by HTTPS, unless the port is 8123 or it ends in `tls=off`. Throws {@link HistoryError} `failed` for what
 * is no such address; the message repeats no password.
 */
export function parseClickHouseUrl(text: string): ClickHouseAddress {
  if (!/^clickhouse:\/\//i.test(text)) throw invalid('begins with clickhouse://')
  let url: URL
  try {
    // The parser knows the parts of an address of the web alone.
    url = new URL(text.replace(/^[^:]*/, 'http'))
  } catch {
    throw invalid('names a host')
  }
  // The parser drops port 80, and an address without one has ClickHouse's own.
  const port =
    url.port || (/^[^/?#]*:0*80(?:[/?#]|$)/.test(text.slice('clickhouse://'.length)) ? '80' : TLS_PORT)
  if (url.password !== '') throw invalid('has no password: it belongs into a file of its own')
  if (url.hash !== '') throw invalid('ends without #')
  for (const name of url.searchParams.keys())
    if (!PARAMETERS.has(name))
      throw invalid(`has the parameters cluster, replicated and tls alone, not ${name}`)
  const database = decoded(url.pathname.slice(1))
  if (database.includes('/')) throw invalid('names one database')
  const tls = switchOf(url, 'tls') ?? port !== PLAIN_PORT
  const cluster = url.searchParams.get('cluster')
  if (cluster === '') throw invalid('has a name behind cluster=')
  const replicated = switchOf(url, 'replicated') ?? false
  if (replicated && cluster === null) throw invalid('names a cluster where the tables are replicated')
  return {
    url: `${tls ? 'https' : 'http'}://${url.hostname}:${port}`,
    user: url.username === '' ? 'default' : decoded(url.username),
    database: database === '' ? DEFAULT_DATABASE : database,
    cluster,
    replicated,
  }
}

const PARAMETERS: ReadonlySet<string> = new Set(['cluster', 'replicated', 'tls'])

function switchOf(url: URL, name: string): boolean | null {
  const value = url.searchParams.get(name)
  if (value === null) return null
  if (value !== 'on' && value !== 'off') throw invalid(`has on or off behind ${name}=`)
  return value === 'on'
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('is encoded as UTF-8')
  }
}

function invalid(rule: string): HistoryError {
  return new HistoryError(
    'failed',
    `An address of ClickHouse ${rule}, as in clickhouse://user@host:8443/flowtrace?cluster=NAME`,
  )
}
