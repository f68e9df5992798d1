/** Opens what `flowtrace serve` shows: the demo, Goldmanes, a capture, or the Goldmane of a kubectl. */
import { ensure, unreachable } from '../../src/lib/assert.ts'
import { policiesFromSettings } from '../config/policies-from-settings.ts'
import type { ServedSource } from '../config/served-source.ts'
import type { SettingValues } from '../config/settings.ts'
import { startDemoCluster } from '../demo/demo-cluster.ts'
import { openCapture } from '../gateway/capture-download.ts'
import type { GatewayOptions } from '../gateway/gateway.ts'
import { errorCode } from '../lib/error-code.ts'
import type { Log } from '../lib/log.ts'
import { ClusterAccessError } from '../kubectl/access-error.ts'
import { openKubectlAccess } from '../kubectl/kubectl-access.ts'
import { filesBelow } from '../policies/manifest-files.ts'
import type { PolicyOptions } from '../policies/policy-source.ts'
import type { HistoryStore } from '../history/history-store.ts'
import { UsageError } from '../lib/usage-error.ts'
import { CredentialsError, loadCredentials } from '../upstream/credentials.ts'
import { StartError } from './start-error.ts'

export interface OpenedSource {
  readonly gateway: Pick<GatewayOptions, 'clusters' | 'config' | 'capture' | 'demo' | 'policies'>
  readonly note: string
  close(): Promise<void>
}

/** Throws {@link UsageError} for files that cannot be used, {@link StartError} for a cluster that kubectl does not reach. */
export async function openSource(
  source: ServedSource,
  values: SettingValues,
  history: HistoryStore | null,
  log: Log,
): Promise<OpenedSource> {
  const policies = policiesFromSettings(values.policies, values)
  if (policies?.kind === 'files') await checkManifests(policies.path)
  switch (source.kind) {
    case 'demo': {
      const demo = await startDemoCluster(source.step)
      const own = policies ?? { kind: 'demo', policies: demo.policies }
      const { memory } = source
      const cluster = { name: 'demo', upstream: { url: demo.url }, memory, policies: own, history }
      return {
        gateway: {
          clusters: [cluster],
          config: {
            source: {
              kind: 'live',
              name: 'demo cluster',
              endpoint: './',
              demo: true,
              ...addressesBelow('./', cluster),
            },
          },
          demo: demo.policies,
        },
        note: 'Showing the demo cluster.',
        close: () => demo.close(),
      }
    }
    case 'goldmane': {
      const { clusters } = source
      const served = clusters.map((each) => ({
        ...each,
        policies: policiesFromSettings(each.policies, values),
        history: each.history ? history : null,
      }))
      for (const each of served) {
        await checkCredentials(each.upstream.tls)
        if (each.policies?.kind === 'files') await checkManifests(each.policies.path)
      }
      const listed = served.map((each) => {
        const endpoint = `./clusters/${each.name}/`
        return { name: each.name, endpoint, ...addressesBelow(endpoint, each) }
      })
      const first = ensure(served[0], 'cluster')
      return {
        gateway: {
          clusters: served,
          config: {
            source: liveSource(first.title, first),
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
      const config = {
        source: { kind: 'capture', name, url: './capture', ...addressesBelow('./', { policies }) },
      } as const
      return {
        gateway: { clusters: [], config, capture: { path, name }, policies },
        note: `Showing ${name}.`,
        close: closeNothing,
      }
    }
    case 'kubectl':
      return openKubectl(source, { policies, history }, log)
    default:
      return unreachable(source, 'source')
  }
}

async function openKubectl(
  source: Extract<ServedSource, { kind: 'kubectl' }>,
  kept: Kept,
  log: Log,
): Promise<OpenedSource> {
  try {
    const access = await openKubectlAccess({ ...source, log })
    const { upstream, context, notes } = access
    // Contexts that are recorded into one history are told apart by their names.
    const name = kept.history === null ? 'goldmane' : clusterNameOf(context)
    return {
      gateway: {
        clusters: [{ name, upstream, memory: source.memory, ...kept }],
        config: { source: liveSource(context, kept) },
      },
      note: [...notes, `Showing Goldmane of ${context}.`].join('\n'),
      close: () => access.close(),
    }
  } catch (error) {
    if (!(error instanceof ClusterAccessError)) throw error
    throw new StartError(error.message, { cause: error, commands: error.commands })
  }
}

/** What there is of a cluster beside its flows. */
interface Kept {
  readonly policies: PolicyOptions | null
  readonly history: HistoryStore | null
}

function liveSource(name: string, kept: Kept): GatewayOptions['config']['source'] {
  return { kind: 'live', name, endpoint: './', ...addressesBelow('./', kept) }
}

/** What config.json says of an endpoint's policies and history. */
function addressesBelow(endpoint: string, { policies = null, history = null }: Partial<Kept>): Addresses {
  return {
    ...(policies === null ? {} : { policies: `${endpoint}policies.json` }),
    ...(history === null ? {} : { history: `${endpoint}history.json` }),
  }
}

interface Addresses {
  readonly policies?: string
  readonly history?: string
}

/** A DNS label that has what can stand in one of the name of a context. */
function clusterNameOf(context: string): string {
  const label = context
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
  return label === '' ? 'goldmane' : label
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

async function checkManifests(path: string): Promise<void> {
  try {
    await filesBelow(path)
  } catch (error) {
    throw new UsageError(`The policies ${path} cannot be read (${errorCode(error)})`, { cause: error })
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
