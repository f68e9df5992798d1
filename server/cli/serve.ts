/** Runs `flowtrace serve`: opens the source and starts the gateway. */
import { open } from 'node:fs/promises'
import { unreachable } from '../../src/lib/assert.ts'
import { isLoopback } from '../gateway/access.ts'
import type { ServeCommand, ServedSource } from './command-line.ts'
import { errorCode } from '../lib/error-code.ts'
import { CredentialsError, loadCredentials } from '../upstream/credentials.ts'
import { startDemoCluster } from '../demo/demo-cluster.ts'
import { startGateway, type GatewayOptions } from '../gateway/gateway.ts'
import { ClusterAccessError } from '../kubectl/access-error.ts'
import { openKubectlAccess } from '../kubectl/kubectl-access.ts'
import { UsageError } from './usage-error.ts'

/** A server that listens. */
export interface RunningServer {
  readonly url: string
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

/** Throws {@link UsageError} for a file that cannot be used, {@link StartError} for a port or a cluster. */
export async function serve(command: ServeCommand, staticDir: string | null): Promise<RunningServer> {
  const { host, port, basePath, allowedHosts } = command
  const source = await openSource(command.source)
  try {
    const gateway = await startGateway({ host, port, basePath, allowedHosts, staticDir, ...source.gateway })
    return {
      url: gateway.url,
      notes: [source.note, ...startWarnings(command)],
      close: async () => {
        await gateway.close()
        await source.close()
      },
    }
  } catch (error) {
    await source.close()
    throw explainStartFailure(error, command)
  }
}

/** Warnings about a command line that is valid but risky. */
export function startWarnings({ host, port }: ServeCommand): string[] {
  if (isLoopback(host)) return []
  return [
    `Warning: there is no authentication, and ${host} is not the loopback: whoever reaches port ${port} can read all flows.`,
  ]
}

interface OpenedSource {
  readonly gateway: Pick<GatewayOptions, 'upstream' | 'config' | 'capture'>
  readonly note: string
  close(): Promise<void>
}

async function openSource(source: ServedSource): Promise<OpenedSource> {
  switch (source.kind) {
    case 'demo': {
      const demo = await startDemoCluster()
      return {
        gateway: { upstream: { url: demo.url }, config: liveConfig('demo cluster') },
        note: 'Showing the demo cluster.',
        close: () => demo.close(),
      }
    }
    case 'goldmane': {
      const { upstream } = source
      await checkCredentials(upstream.tls)
      const { host } = new URL(upstream.url)
      return {
        gateway: { upstream, config: liveConfig(host) },
        note: `Showing Goldmane at ${host}.`,
        close: closeNothing,
      }
    }
    case 'capture': {
      const { path, name } = source
      await checkReadable(path)
      const config = { source: { kind: 'capture', name, url: './capture' } } as const
      return {
        gateway: { upstream: null, config, capture: { path, name } },
        note: `Showing ${name}.`,
        close: closeNothing,
      }
    }
    case 'kubectl':
      return openKubectl(source)
    default:
      return unreachable(source, 'source')
  }
}

async function openKubectl(source: Extract<ServedSource, { kind: 'kubectl' }>): Promise<OpenedSource> {
  try {
    const access = await openKubectlAccess(source)
    const { upstream, context, notes } = access
    return {
      gateway: { upstream, config: liveConfig(context) },
      note: [...notes, `Showing Goldmane of ${context}.`].join('\n'),
      close: () => access.close(),
    }
  } catch (error) {
    if (!(error instanceof ClusterAccessError)) throw error
    throw new StartError(error.message, { cause: error, commands: error.commands })
  }
}

function liveConfig(name: string): GatewayOptions['config'] {
  return { source: { kind: 'live', name, endpoint: './' } }
}

async function closeNothing(): Promise<void> {}

async function checkCredentials(files: Parameters<typeof loadCredentials>[0] | undefined): Promise<void> {
  if (files === undefined) return
  try {
    await loadCredentials(files)
  } catch (error) {
    throw error instanceof CredentialsError ? new UsageError(error.message, { cause: error }) : error
  }
}

async function checkReadable(path: string): Promise<void> {
  try {
    const file = await open(path)
    const isFile = (await file.stat()).isFile()
    await file.close()
    if (!isFile) throw new UsageError(`The capture ${path} is not a file`)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`The capture ${path} cannot be read (${errorCode(error)})`, { cause: error })
  }
}

function explainStartFailure(error: unknown, { host, port }: ServeCommand): unknown {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new StartError(`Port ${port} on ${host} is in use; --port takes another one`, { cause: error })
    case 'EACCES':
      return new StartError(`Port ${port} needs more rights than this user has; --port takes another one`, {
        cause: error,
      })
    case 'ENOENT':
      return new StartError('The page is not built; npm run build does it', { cause: error })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartError(`${host} is not an address of this machine`, { cause: error })
    default:
      return error
  }
}
