/** Runs `flowtrace serve`: opens the source and starts the gateway. */
import { ensure, unreachable } from '../../src/lib/assert.ts'
import { AuthSetupError } from '../auth/token-verifier.ts'
import { TrustedProxiesError } from '../auth/trusted-proxies.ts'
import { checkExposure } from '../auth/exposure.ts'
import { authFromSettings } from '../config/auth-from-settings.ts'
import type { ServedSource } from '../config/served-source.ts'
import type { SettingValues } from '../config/settings.ts'
import { startDemoCluster } from '../demo/demo-cluster.ts'
import { ANY_IP } from '../gateway/access.ts'
import { openCapture } from '../gateway/capture-download.ts'
import { startGateway, type GatewayOptions, type ListenAddress } from '../gateway/gateway.ts'
import { ServingCertificateError } from '../http/serving-certificate.ts'
import type { ServingTlsOptions } from '../http/serving-tls.ts'
import { errorCode } from '../lib/error-code.ts'
import { isLoopback } from '../lib/host-name.ts'
import { silentLog, type Log } from '../lib/log.ts'
import { ClusterAccessError } from '../kubectl/access-error.ts'
import { openKubectlAccess } from '../kubectl/kubectl-access.ts'
import { UsageError } from '../lib/usage-error.ts'
import { CredentialsError, loadCredentials } from '../upstream/credentials.ts'
import type { ServeCommand } from './command-line.ts'

/** A server that listens. */
export interface RunningServer {
  readonly url: string
  readonly metricsUrl: string | null
  /** Lines for the terminal: the source, and warnings. */
  readonly notes: readonly string[]
  close(): Promise<void>
}

/** The server cannot start. The message is one line. */
export class StartError extends Error {
  override readonly name = 'StartError'
  /** Commands that help, one a line. */
  readonly commands: readonly string[]

  constructor(
    message: string,
    { commands = [], ...options }: ErrorOptions & { commands?: readonly string[] } = {},
  ) {
    super(message, options)
    this.commands = commands
  }
}

export interface ServeContext {
  readonly log?: Log
  /** For the metrics. */
  readonly version?: string
}

/**
 * Throws {@link UsageError} for settings that may not be and files that cannot be used, {@link StartError} for a port.
 */
export async function serve(
  command: ServeCommand,
  staticDir: string | null,
  { log = silentLog, version = 'unknown' }: ServeContext = {},
): Promise<RunningServer> {
  const { values, unknownVariables } = command
  const exposed = exposureOf(values)
  if (exposed !== null) throw new UsageError(exposed)
  for (const variable of unknownVariables) log.warn('unknown environment variable', { variable })
  const source = await openSource(command.source, log)
  try {
    const gateway = await startGateway({
      ...gatewayOptions(values),
      version,
      staticDir,
      log,
      ...source.gateway,
    })
    return {
      url: gateway.url,
      metricsUrl: gateway.metricsUrl,
      notes: [source.note, ...startWarnings(values)],
      close: async () => {
        await gateway.close()
        await source.close()
      },
    }
  } catch (error) {
    await source.close()
    throw explainStartFailure(error, values)
  }
}

/** The sentence why a gateway does not start with these settings; null when it may. */
function exposureOf(values: SettingValues): string | null {
  return checkExposure({
    host: values.host,
    mode: values.auth,
    allowedHosts: values['allow-host'],
    allowsAnyone: values['insecure-allow-anyone-to-read-all-flows'],
    allowsAnyHost: values['insecure-any-host'],
  })
}

/** Warnings about settings that are valid but risky. */
export function startWarnings(values: SettingValues): string[] {
  const { host, port, auth } = values
  if (isLoopback(host)) return []
  if (auth === 'none')
    return [
      `Warning: there is no authentication, and ${host} is not the loopback: whoever reaches port ${port} can read all flows.`,
    ]
  const isEncrypted = tlsOptions(values) !== null || values['trusted-proxy'].length > 0
  if (isEncrypted) return []
  return [
    'Warning: logins are not encrypted: --tls-cert gives this server a certificate, and --trusted-proxy names a proxy in front that has one.',
  ]
}

function gatewayOptions(values: SettingValues): Omit<GatewayOptions, 'staticDir' | 'config'> {
  return {
    host: values.host,
    port: values.port,
    basePath: values['base-path'],
    allowedHosts: values['allow-host'],
    allowsAnyHost: values['insecure-any-host'],
    auth: authFromSettings(values),
    trustedProxies: values['trusted-proxy'],
    tls: tlsOptions(values),
    compressStreams: values['compress-streams'],
    metrics: { onSamePort: values.metrics, listen: parseAddress(values['metrics-listen']) },
    streamLimits: {
      streams: values['max-streams'],
      streamsPerAddress: values['max-streams-per-address'],
    },
    unaryCalls: values['goldmane-calls'],
    limits: {
      maxConnections: values['max-connections'],
      maxConnectionsPerAddress: values['max-connections-per-address'],
      maxHeaderSize: values['max-header-size'],
      headersTimeout: values['headers-timeout'] * 1000,
      requestTimeout: values['request-timeout'] * 1000,
      keepAliveTimeout: values['keep-alive-timeout'] * 1000,
    },
  }
}

function tlsOptions(values: SettingValues): ServingTlsOptions | null {
  const cert = values['tls-cert']
  const key = values['tls-key']
  if (cert !== null && key !== null) return { kind: 'files', cert, key }
  if (!values['tls-self-signed']) return null
  return { kind: 'self-signed', names: values['allow-host'].filter((name) => name !== ANY_IP) }
}

/** The setting's schema has made sure of its form. */
function parseAddress(text: string | null): ListenAddress | null {
  const [, host, port] = /^\[?(.+?)\]?:(\d+)$/.exec(text ?? '') ?? []
  return host === undefined ? null : { host, port: Number(port) }
}

interface OpenedSource {
  readonly gateway: Pick<GatewayOptions, 'clusters' | 'config' | 'capture' | 'demo'>
  readonly note: string
  close(): Promise<void>
}

async function openSource(source: ServedSource, log: Log): Promise<OpenedSource> {
  switch (source.kind) {
    case 'demo': {
      const demo = await startDemoCluster(source.step)
      const cluster = { name: 'demo', upstream: { url: demo.url }, memory: source.memory }
      return {
        gateway: {
          clusters: [cluster],
          config: { source: { kind: 'live', name: 'demo cluster', endpoint: './', demo: true } },
          demo: demo.policies,
        },
        note: 'Showing the demo cluster.',
        close: () => demo.close(),
      }
    }
    case 'goldmane': {
      const { clusters } = source
      for (const { upstream } of clusters) await checkCredentials(upstream.tls)
      const listed = clusters.map(({ name }) => ({ name, endpoint: `./clusters/${name}/` }))
      return {
        gateway: {
          clusters,
          config: {
            source: liveSource(ensure(clusters[0], 'cluster').title),
            ...(clusters.length > 1 ? { clusters: listed } : {}),
          },
        },
        note: `Showing ${clusters.map(({ upstream }) => `Goldmane at ${new URL(upstream.url).host}`).join(', ')}.`,
        close: closeNothing,
      }
    }
    case 'capture': {
      const { path, name } = source
      await checkReadable(path)
      const config = { source: { kind: 'capture', name, url: './capture' } } as const
      return {
        gateway: { clusters: [], config, capture: { path, name } },
        note: `Showing ${name}.`,
        close: closeNothing,
      }
    }
    case 'kubectl':
      return openKubectl(source, log)
    default:
      return unreachable(source, 'source')
  }
}

async function openKubectl(
  source: Extract<ServedSource, { kind: 'kubectl' }>,
  log: Log,
): Promise<OpenedSource> {
  try {
    const access = await openKubectlAccess({ ...source, log })
    const { upstream, context, notes } = access
    return {
      gateway: {
        clusters: [{ name: 'goldmane', upstream, memory: source.memory }],
        config: { source: liveSource(context) },
      },
      note: [...notes, `Showing Goldmane of ${context}.`].join('\n'),
      close: () => access.close(),
    }
  } catch (error) {
    if (!(error instanceof ClusterAccessError)) throw error
    throw new StartError(error.message, { cause: error, commands: error.commands })
  }
}

function liveSource(name: string): GatewayOptions['config']['source'] {
  return { kind: 'live', name, endpoint: './' }
}

async function closeNothing(): Promise<void> {}

/** Throws {@link UsageError} for certificate files that cannot be used. */
export async function checkCredentials(
  files: Parameters<typeof loadCredentials>[0] | undefined,
): Promise<void> {
  if (files === undefined) return
  try {
    await loadCredentials(files)
  } catch (error) {
    throw error instanceof CredentialsError ? new UsageError(error.withPath, { cause: error }) : error
  }
}

async function checkReadable(path: string): Promise<void> {
  try {
    const { file } = await openCapture(path)
    await file.close()
  } catch (error) {
    throw new UsageError(`The capture ${path} cannot be read (${errorCode(error)})`, { cause: error })
  }
}

function explainStartFailure(error: unknown, { host, port }: SettingValues): unknown {
  if (
    error instanceof ServingCertificateError ||
    error instanceof TrustedProxiesError ||
    error instanceof AuthSetupError
  ) {
    return new UsageError(error.message, { cause: error })
  }
  if (errorCode(error) === 'ENOENT')
    return new StartError('The page is not built; npm run build does it', { cause: error })
  return explainPortFailure(error, host, port)
}

/** A {@link StartError} for an address that cannot be listened on; any other error as it is. */
export function explainPortFailure(error: unknown, host: string, port: number): unknown {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new StartError(`Port ${port} on ${host} is in use; --port takes another one`, { cause: error })
    case 'EACCES':
      return new StartError(`Port ${port} needs more rights than this user has; --port takes another one`, {
        cause: error,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(`${host} is not an address of this machine`, { cause: error })
    default:
      return error
  }
}
