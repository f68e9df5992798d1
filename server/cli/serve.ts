/** Runs `flowtrace serve`: opens the source and starts the gateway. */
import { AuthSetupError } from '../auth/token-verifier.ts'
import { TrustedProxiesError } from '../auth/trusted-proxies.ts'
import { checkExposure } from '../auth/exposure.ts'
import { authFromSettings } from '../config/auth-from-settings.ts'
import type { SettingValues } from '../config/settings.ts'
import { ANY_IP } from '../gateway/access.ts'
import { startGateway, type GatewayOptions } from '../gateway/gateway.ts'
import { ServingCertificateError } from '../http/serving-certificate.ts'
import type { ServingTlsOptions } from '../http/serving-tls.ts'
import { errorCode } from '../lib/error-code.ts'
import { isLoopback } from '../lib/host-name.ts'
import { silentLog, type Log } from '../lib/log.ts'
import { UsageError } from '../lib/usage-error.ts'
import type { ServeCommand } from './command-line.ts'
import { openServedHistory } from './served-history.ts'
import { parseAddress } from './parse-address.ts'
import { openSource } from './served-source-opening.ts'
import { StartError } from './start-error.ts'

/** A server that listens. */
export interface RunningServer {
  readonly url: string
  readonly metricsUrl: string | null
  /** Lines for the terminal: the source, and warnings. */
  readonly notes: readonly string[]
  close(): Promise<void>
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
  const history = await openServedHistory(command)
  const source = await openSource(command.source, values, history?.recording.store ?? null, log).catch(
    async (error: unknown) => {
      await history?.recording.store.close()
      throw error
    },
  )
  const closeAll = async () => {
    await source.close()
    await history?.recording.store.close()
  }
  try {
    const gateway = await startGateway({
      ...gatewayOptions(values),
      version,
      staticDir,
      log,
      recording: history?.recording ?? null,
      ...source.gateway,
    })
    return {
      url: gateway.url,
      metricsUrl: gateway.metricsUrl,
      notes: [source.note, ...(history?.notes ?? []), ...startWarnings(values)],
      close: async () => {
        await gateway.close()
        await closeAll()
      },
    }
  } catch (error) {
    await closeAll()
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
