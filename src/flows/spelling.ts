/**
 * Converts between the spellings that people use and those that Goldmane stores. Goldmane itself accepts the long
 * network names and `Global` in filters (goldmane/pkg/types/filters.go:24-57); Whisker shows them.
 */

const NETWORKS: ReadonlyMap<string, string> = new Map([
  ['pub', 'PUBLIC NETWORK'],
  ['pvt', 'PRIVATE NETWORK'],
])

/** Returns the name that is shown: PUBLIC NETWORK for `pub`. */
export function displayName(name: string): string {
  return NETWORKS.get(name) ?? name
}

/** Returns the name as Goldmane stores it, from any spelling: `pub` for PUBLIC NETWORK. */
export function storedName(typed: string): string {
  const wanted = typed.toUpperCase()
  for (const [stored, shown] of NETWORKS) if (shown === wanted) return stored
  return typed
}

/** Returns the namespace as Goldmane stores it: `-` for Global, none and the empty text. */
export function storedNamespace(typed: string): string {
  return /^(global|none|)$/i.test(typed) ? '-' : typed
}

/** The characters of Kubernetes' generated names (apimachinery/pkg/util/rand/rand.go, `alphanums`). */
const GENERATED = '[bcdfghjklmnpqrstvwxz2456789]'

const WORKLOAD = new RegExp(`^([^]+?)(?:-(?:${GENERATED}{8,10}|[0-9]{8})(?:-${GENERATED}{5})?)?(?:-\\*)?$`)

/**
 * Returns the workload of an end's name, so that a rollout stays one workload: `web` for `web-6f7c9d5b8d-*`, which Felix
 * writes for the pods of one ReplicaSet, and for `web-6f7c9d5b8d-x2x4z`, which is one of them. Dropped are `-*`, the
 * pod-template hash (8 to 10 characters) or the minute for which a CronJob started a Job (8 digits, pkg/controller/cronjob/
 * utils.go, `getJobName`), and the pod's suffix (5) after it. Something always stays.
 *
 * This is an inference from the spelling: a record does not say which part of a name was generated. A workload whose own
 * name ends in such characters loses them too, which merges two workloads only if they differ in nothing else.
 */
export function workloadOf(name: string): string {
  return WORKLOAD.exec(name)?.[1] ?? name
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
const SHORT_KINDS: ReadonlyMap<string, string> = new Map([
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
