/**
 * Converts between the spellings that people use and those that Goldmane stores. Goldmane itself accepts the long
 * network names and `Global` in filters (goldmane/pkg/types/filters.go:24-57); Whisker shows them, in capitals.
 *
 * Where a name from a record becomes text for a reader, it goes through `displayName`, `displayNamespace`, `displayPath`
 * or {@link visibleText}, so that no control character reaches the screen, a ticket or a terminal.
 */
import { visibleText } from '../lib/visible-text.ts'
import type { FlowKey, PolicyKind } from './flow.ts'

const NETWORKS: ReadonlyMap<string, string> = new Map([
  ['pub', 'public network'],
  ['pvt', 'private network'],
])

/** The names that are shown in another spelling ({@link spelledName}). */
export const NETWORK_NAMES: readonly string[] = [...NETWORKS.keys()]

/** The form of an end, or a value, without a namespace. */
export const NO_NAMESPACE = '(none)'

/** Returns the name as a query spells it: `public network` for `pub`. {@link storedName} reads it back. */
export function spelledName(name: string): string {
  return NETWORKS.get(name) ?? name
}

/**
 * Returns the name of an end that is shown: `public network` for `pub`, which in a namespace is a pod of that name.
 * Control characters are made visible.
 */
export function displayName(name: string, namespace = '-'): string {
  if (name === '') return 'not recorded'
  return visibleText(hasNoNamespace(namespace) ? spelledName(name) : name)
}

/** Whether a record names no namespace: none, which Goldmane writes `-`, or one that is not recorded. */
export function hasNoNamespace(namespace: string): boolean {
  return namespace === '' || namespace === '-'
}

/** Returns the namespace that is shown: `(none)` where there is none, which is not the same as one that is not recorded. */
export function displayNamespace(namespace: string): string {
  return namespace === '-' ? NO_NAMESPACE : displayName(namespace, namespace)
}

/** Returns an end's `namespace/name` as it is shown, or the name alone where there is no namespace. */
export function displayPath(namespace: string, name: string): string {
  const shown = displayName(name, namespace)
  return hasNoNamespace(namespace) ? shown : `${visibleText(namespace)}/${shown}`
}

/** ICMP, IPIP, ESP and GRE have no ports; Calico records them with port 0 (felix/collector/flowlog/types.go:107-118). */
const WITHOUT_PORTS = /^(icmp6?|ipip|esp|47)$/

/** Returns the destination port of a key; null where the protocol has none or the record does not say it. */
export function recordedPort({ proto, destPort }: Pick<FlowKey, 'proto' | 'destPort'>): number | null {
  return !WITHOUT_PORTS.test(proto) && Number.isSafeInteger(destPort) && destPort > 0 ? destPort : null
}

/** Returns protocol and port as they are shown: `tcp 80`, `icmp`, `protocol 47`, `protocol not recorded`. */
export function displayPort(key: Pick<FlowKey, 'proto' | 'destPort'>): string {
  const { proto } = key
  const protocol =
    proto === '' ? 'protocol not recorded' : /^\d+$/.test(proto) ? `protocol ${proto}` : visibleText(proto)
  const port = recordedPort(key)
  return port === null ? protocol : `${protocol} ${port}`
}

/** Returns the ports that are known, one after the other, and how many of `total` more there are. */
export function displayPorts(
  ports: readonly { readonly proto: string; readonly port: number }[],
  total: number,
): string {
  const more = total - ports.length
  const known = ports.map(({ proto, port }) => displayPort({ proto, destPort: port })).join(', ')
  return known + (more > 0 ? ` and ${more} more` : '')
}

/** Returns the name as Goldmane stores it, from any spelling: `pub` for PUBLIC NETWORK. */
export function storedName(typed: string): string {
  const wanted = typed.toLowerCase()
  for (const [stored, shown] of NETWORKS) if (shown === wanted) return stored
  return typed
}

/** Returns the namespace as Goldmane stores it: `-` for Global, none and `(none)`. The empty text is one that is not recorded. */
export function storedNamespace(typed: string): string {
  return /^(global|none|\(none\))$/i.test(typed) ? '-' : typed
}

/** The characters of Kubernetes' generated names (apimachinery/pkg/util/rand/rand.go, `alphanums`). */
const GENERATED = '[bcdfghjklmnpqrstvwxz2456789]'

/** When a CronJob started a Job: in Unix minutes (8 digits until the year 2160), before Kubernetes 1.21 in seconds. */
const SCHEDULED = '(?:[0-9]{8}|[0-9]{10})'

const WORKLOAD = new RegExp(
  `^([^]+?)(?:-(?:${GENERATED}{8,10}|${SCHEDULED})(?:-${GENERATED}{5})?)?(?:-\\*)?$`,
)

/**
 * Returns the workload of an end's name, so that a rollout stays one workload: `web` for `web-6f7c9d5b8d-*`, which Felix
 * writes for the pods of one ReplicaSet, and for `web-6f7c9d5b8d-x2x4z`, which is one of them. Dropped are `-*`, the
 * pod-template hash (8 to 10 characters) or the time for which a CronJob started a Job (8 or 10 digits,
 * pkg/controller/cronjob/cronjob_controllerv2.go, `getJobName`), and the pod's suffix (5) after it. Something always stays.
 *
 * This is an inference from the spelling: a record does not say which part of a name was generated. A workload whose own
 * name ends in such characters loses them too, which merges two workloads only if they differ in nothing else.
 */
export function workloadOf(name: string): string {
  return WORKLOAD.exec(name)?.[1] ?? name
}

/** The protocols that Felix writes by name (felix/collector/utils/utils.go:124-140); others it writes as numbers. */
const PROTOCOL_OF_NUMBER: ReadonlyMap<string, string> = new Map([
  ['1', 'icmp'],
  ['4', 'ipip'],
  ['6', 'tcp'],
  ['17', 'udp'],
  ['50', 'esp'],
  ['58', 'icmp6'],
  ['132', 'sctp'],
])

/** Returns the protocol as Goldmane stores it, from its name in any letter case or its number: `tcp` for 6. */
export function storedProtocol(typed: string): string {
  const lower = typed.toLowerCase()
  return PROTOCOL_OF_NUMBER.get(lower) ?? (lower === 'icmpv6' ? 'icmp6' : lower)
}

/** Returns a word of a closed list in the list's letter case, any other text unchanged. */
export function storedWord(words: readonly string[], typed: string): string {
  const wanted = typed.toLowerCase()
  return words.find((word) => word.toLowerCase() === wanted) ?? typed
}

/**
 * Calico's short names of policy kinds (felix/types/policy_id.go:27-38). Goldmane's `NetworkPolicy` is the kind of
 * Kubernetes, `knp`.
 */
export const SHORT_KINDS: ReadonlyMap<string, PolicyKind> = new Map([
  ['np', 'CalicoNetworkPolicy'],
  ['gnp', 'GlobalNetworkPolicy'],
  ['snp', 'StagedNetworkPolicy'],
  ['sgnp', 'StagedGlobalNetworkPolicy'],
  ['sknp', 'StagedKubernetesNetworkPolicy'],
  ['knp', 'NetworkPolicy'],
  ['pro', 'Profile'],
  ['kcnp', 'ClusterNetworkPolicy'],
])

/** Returns the kind as Goldmane names it, from its name in any letter case or its short name. */
export function storedKind(kinds: readonly string[], typed: string): string {
  return SHORT_KINDS.get(typed.toLowerCase()) ?? storedWord(kinds, typed)
}
