/** The kinds of what is loaded, in words. */
import type { LoadedKind } from '../../state/policies/use-policies.ts'

/** In the order of the panel, which is that of how much a kind decides. */
const WORDS: Readonly<Record<LoadedKind, readonly [one: string, many: string]>> = {
  GlobalNetworkPolicy: ['GlobalNetworkPolicy', 'GlobalNetworkPolicies'],
  CalicoNetworkPolicy: ['NetworkPolicy of Calico', 'NetworkPolicies of Calico'],
  NetworkPolicy: ['NetworkPolicy of Kubernetes', 'NetworkPolicies of Kubernetes'],
  ClusterNetworkPolicy: ['ClusterNetworkPolicy', 'ClusterNetworkPolicies'],
  StagedGlobalNetworkPolicy: ['StagedGlobalNetworkPolicy', 'StagedGlobalNetworkPolicies'],
  StagedNetworkPolicy: ['StagedNetworkPolicy', 'StagedNetworkPolicies'],
  StagedKubernetesNetworkPolicy: ['StagedKubernetesNetworkPolicy', 'StagedKubernetesNetworkPolicies'],
  tiers: ['tier', 'tiers'],
  networkSets: ['network set', 'network sets'],
  hostEndpoints: ['host endpoint', 'host endpoints'],
  namespaces: ['namespace', 'namespaces'],
  serviceAccounts: ['service account', 'service accounts'],
  pods: ['pod or template of pods', 'pods and templates of pods'],
  services: ['service', 'services'],
  endpointSlices: ['endpoint slice', 'endpoint slices'],
  profiles: ['profile', 'profiles'],
}

const POLICY_KINDS: readonly LoadedKind[] = [
  'GlobalNetworkPolicy',
  'CalicoNetworkPolicy',
  'NetworkPolicy',
  'ClusterNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
]

/** Whether any of what is loaded is a policy: tiers, namespaces and pods decide nothing by themselves. */
export function hasPolicies(counts: Readonly<Partial<Record<LoadedKind, number>>>): boolean {
  return POLICY_KINDS.some((kind) => (counts[kind] ?? 0) > 0)
}

/** Each kind that is there, with its number and its name. */
export function kindCounts(
  counts: Readonly<Partial<Record<LoadedKind, number>>>,
): readonly { readonly count: number; readonly words: string }[] {
  // The keys of a record are those of its type.
  return (Object.keys(WORDS) as LoadedKind[]).flatMap((kind) => {
    const count = counts[kind] ?? 0
    const [one, many] = WORDS[kind]
    return count === 0 ? [] : [{ count, words: count === 1 ? one : many }]
  })
}
