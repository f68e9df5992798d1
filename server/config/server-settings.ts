/** The settings of the HTTP server, of its log and metrics, and its limits. */
import { DEFAULT_UNARY_CALLS } from '../bridge/bridge.ts'
import { DEFAULT_STREAM_LIMITS } from '../bridge/stream-places.ts'
import { parseAllowedHost } from '../gateway/access.ts'
import { DEFAULT_LIMITS } from '../http/http-server.ts'
import { optional, setting } from './setting.ts'
import { address, bytes, choice, file, integer, list, parsedText, text, toggle } from './value-kind.ts'

const basePath = parsedText('a path such as /flowtrace', (value) => {
  const path = value.replace(/\/$/, '')
  return path === '' || /^(\/[\w~-][\w.~-]*)+$/.test(path) ? path : null
})

export const SERVER_SETTINGS = {
  port: setting(integer(0, 65_535), 8081, {
    group: 'server',
    file: 'listen.port',
    argument: 'PORT',
    help: '8081 unless given; 0 takes any free port',
  }),
  host: setting(text('a host name or an address'), '127.0.0.1', {
    group: 'server',
    file: 'listen.host',
    argument: 'HOST',
    help: 'the address to listen on, 127.0.0.1 unless given',
  }),
  'base-path': setting(basePath, '', {
    group: 'server',
    file: 'listen.basePath',
    argument: 'PATH',
    help: 'serve below this path, as in /flowtrace',
  }),
  'allow-host': setting(list(parsedText('a host name, an address or any-ip', parseAllowedHost)), [], {
    group: 'server',
    file: 'listen.allowedHosts',
    argument: 'NAME',
    help: 'answer to this host name too, as a proxy in front sends it, or with any-ip to every address; may be repeated',
  }),
  'compress-streams': setting(choice('auto', 'on', 'off'), 'auto', {
    group: 'server',
    file: 'listen.compressStreams',
    argument: 'WHEN',
    help: 'gzip flows on their way to the browser: auto (default) for clients that are not on the loopback, on or off',
  }),
  'tls-cert': optional(file, {
    group: 'tls',
    file: 'tls.cert',
    argument: 'FILE',
    help: 'the certificate chain of this server (PEM), read again when it changes',
  }),
  'tls-key': optional(file, { group: 'tls', file: 'tls.key', argument: 'FILE', help: 'its key (PEM)' }),
  'tls-self-signed': setting(toggle, false, {
    group: 'tls',
    file: 'tls.selfSigned',
    help: 'make a certificate at start instead; browsers warn of it',
  }),
  config: optional(file, {
    group: 'operation',
    file: null,
    argument: 'FILE',
    help: 'read settings from this YAML file; flags and FLOWTRACE_… variables go before it',
  }),
  'log-format': setting(choice('text', 'json'), 'text', {
    group: 'operation',
    file: 'log.format',
    argument: 'FORMAT',
    help: 'text (default) or json, one object a line',
  }),
  'log-level': setting(choice('info', 'warn', 'error'), 'info', {
    group: 'operation',
    file: 'log.level',
    argument: 'LEVEL',
    help: 'info (default), warn or error',
  }),
  metrics: setting(toggle, false, {
    group: 'operation',
    file: 'metrics.enabled',
    help: 'serve /metrics for Prometheus on the same port, without a login',
  }),
  'metrics-listen': optional(address, {
    group: 'operation',
    file: 'metrics.listen',
    argument: 'HOST:PORT',
    help: 'serve /metrics, /healthz and /readyz on a port of their own',
  }),
} as const

const KILOBYTE = 1024

export const LIMIT_SETTINGS = {
  'max-streams': setting(integer(1, 100_000), DEFAULT_STREAM_LIMITS.streams, {
    group: 'limits',
    file: 'limits.streams',
    argument: 'N',
    help: 'open pages at a time, over all clusters; they share one stream to each Goldmane',
  }),
  'max-streams-per-address': setting(integer(1, 100_000), DEFAULT_STREAM_LIMITS.streamsPerAddress, {
    group: 'limits',
    file: 'limits.streamsPerAddress',
    argument: 'N',
    help: 'open pages at a time of one client address, or IPv6 network',
  }),
  'goldmane-calls': setting(integer(1, 64), DEFAULT_UNARY_CALLS, {
    group: 'limits',
    file: 'limits.goldmaneCalls',
    argument: 'N',
    help: 'calls of List, FilterHints and Statistics that each Goldmane works on at a time',
  }),
  'max-connections': setting(integer(1, 1_000_000), DEFAULT_LIMITS.maxConnections, {
    group: 'limits',
    file: 'limits.connections',
    argument: 'N',
    help: 'connections at a time',
  }),
  'max-connections-per-address': setting(integer(1, 1_000_000), DEFAULT_LIMITS.maxConnectionsPerAddress, {
    group: 'limits',
    file: 'limits.connectionsPerAddress',
    argument: 'N',
    help: 'connections at a time of one client address, or IPv6 network; a proxy in front is one address',
  }),
  'max-header-size': setting(bytes(4 * KILOBYTE, 128 * KILOBYTE), DEFAULT_LIMITS.maxHeaderSize, {
    group: 'limits',
    file: 'limits.headerSize',
    argument: 'SIZE',
    help: 'the headers of a request; a larger request is answered with 431',
  }),
  'headers-timeout': setting(integer(1, 600), DEFAULT_LIMITS.headersTimeout / 1000, {
    group: 'limits',
    file: 'limits.headersTimeout',
    argument: 'SECONDS',
    help: 'until the headers of a request must be whole',
  }),
  'request-timeout': setting(integer(1, 600), DEFAULT_LIMITS.requestTimeout / 1000, {
    group: 'limits',
    file: 'limits.requestTimeout',
    argument: 'SECONDS',
    help: 'until a request with its body must be whole',
  }),
  'keep-alive-timeout': setting(integer(1, 3600), DEFAULT_LIMITS.keepAliveTimeout / 1000, {
    group: 'limits',
    file: 'limits.keepAliveTimeout',
    argument: 'SECONDS',
    help: 'until an idle connection is closed; longer than the timeout of a proxy in front',
  }),
} as const
