/** The way from a laptop to a cluster's Goldmane: the user's own kubectl, a forwarded port and a certificate. */
import { type Clock, systemClock } from '../../src/lib/clock.ts'
import { type Log, silentLog } from '../lib/log.ts'
import type { UpstreamOptions } from '../upstream/upstream.ts'
import { accessError, type Right } from './access-error.ts'
import {
  type ClusterPlace,
  fetchAuthorities,
  fetchClientCertificate,
  findGoldmane,
} from './cluster-objects.ts'
import { Kubectl } from './kubectl.ts'
import { PortForward } from './port-forward.ts'

export interface KubectlAccessOptions {
  /** Null for the current context of the user's configuration. */
  readonly context: string | null
  /** Goldmane's namespace. */
  readonly namespace: string
  readonly environment?: NodeJS.ProcessEnv
  readonly log?: Log
  readonly clock?: Clock
}

export interface KubectlAccess {
  readonly upstream: UpstreamOptions
  /** The name of the context. */
  readonly context: string
  /** Sentences for the terminal: where the certificate is from. */
  readonly notes: readonly string[]
  /** Ends the port-forward. Nothing else is left: keys were in memory alone. */
  close(): Promise<void>
}

/** Where the operator installs Goldmane. */
export const GOLDMANE_NAMESPACE = 'calico-system'

/** Throws {@link ClusterAccessError} for whatever is missing, or the signal's reason after an abort. */
export async function openKubectlAccess(
  options: KubectlAccessOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<KubectlAccess> {
  const { namespace, environment, log = silentLog, clock = systemClock } = options
  const kubectl = new Kubectl({
    context: options.context,
    ...(environment === undefined ? {} : { environment }),
  })
  const context = options.context ?? (await currentContext(kubectl, namespace, signal))
  const place: ClusterPlace = { kubectl, context, namespace, signal }
  await findGoldmane(place)
  const ca = await fetchAuthorities(place)
  const { cert, key, origin } = await fetchClientCertificate(place, clock.now())
  const forward = await openForward(place, log, clock)
  return {
    upstream: {
      url: `https://127.0.0.1:${forward.port}`,
      tls: { ca, cert, key, serverName: `goldmane.${namespace}.svc` },
    },
    context,
    notes: [origin],
    close: () => forward.close(),
  }
}

async function currentContext(kubectl: Kubectl, namespace: string, signal: AbortSignal): Promise<string> {
  try {
    return (await kubectl.run(['config', 'current-context'], signal)).trim()
  } catch (error) {
    // No right is asked for here; the namespace is that of the command which kubectl is then tried with.
    throw accessError(error, forwardRight(namespace), 'the current context')
  }
}

async function openForward(
  { kubectl, context, namespace, signal }: ClusterPlace,
  log: Log,
  clock: Clock,
): Promise<PortForward> {
  try {
    return await PortForward.open({ kubectl, namespace, log, clock }, signal)
  } catch (error) {
    const isAboutPods = error instanceof Error && /resource "pods"/.test(error.message)
    const right = isAboutPods ? podsRight(namespace) : forwardRight(namespace)
    throw accessError(error, right, context)
  }
}

/** To find a pod of the Service, which kubectl does before it forwards a port. */
function podsRight(namespace: string): Right {
  return { act: 'list the pods', namespace, verb: 'get,list', resource: 'pods', object: null }
}

function forwardRight(namespace: string): Right {
  return {
    act: 'forward a port to pods',
    namespace,
    verb: 'create',
    resource: 'pods/portforward',
    object: null,
  }
}
