/** The kinds of objects that decide over traffic, and where an API server may serve them. */

/** Where a kind is served: `/api/v1` for the core group, whose name is empty. */
export interface ServedResource {
  readonly group: string
  readonly version: string
  /** The plural, as paths have it. */
  readonly resource: string
}

export interface WatchedKind {
  readonly resource: string
  readonly kind: string
  /** In the order in which they are tried: the v3 API has the objects as people write them, the CRDs as they are stored. */
  readonly groups: readonly ApiGroup[]
  /** Whom among the viewers of some namespaces an object concerns. */
  readonly concerns: 'its namespace' | 'the namespace of its name' | 'whom it selects' | 'everybody'
  /** Whether its labels count: they change without a new `metadata.generation`. */
  readonly hasLabelsThatCount: boolean
}

export interface ApiGroup {
  readonly group: string
  /** Taken where the API server does not let itself be asked; else any version that it prefers. */
  readonly version: string
}

const KUBERNETES: readonly ApiGroup[] = [{ group: 'networking.k8s.io', version: 'v1' }]
const CALICO: readonly ApiGroup[] = [
  { group: 'projectcalico.org', version: 'v3' },
  { group: 'crd.projectcalico.org', version: 'v1' },
]

function policies(resource: string, kind: string, groups: readonly ApiGroup[]): WatchedKind {
  return { resource, kind, groups, concerns: 'its namespace', hasLabelsThatCount: false }
}

function globalPolicies(resource: string, kind: string, groups: readonly ApiGroup[]): WatchedKind {
  return { resource, kind, groups, concerns: 'whom it selects', hasLabelsThatCount: false }
}

export const WATCHED_KINDS: readonly WatchedKind[] = [
  policies('networkpolicies', 'NetworkPolicy', KUBERNETES),
  policies('networkpolicies', 'NetworkPolicy', CALICO),
  globalPolicies('globalnetworkpolicies', 'GlobalNetworkPolicy', CALICO),
  policies('stagednetworkpolicies', 'StagedNetworkPolicy', CALICO),
  globalPolicies('stagedglobalnetworkpolicies', 'StagedGlobalNetworkPolicy', CALICO),
  policies('stagedkubernetesnetworkpolicies', 'StagedKubernetesNetworkPolicy', CALICO),
  globalPolicies('clusternetworkpolicies', 'ClusterNetworkPolicy', [
    { group: 'policy.networking.k8s.io', version: 'v1alpha2' },
  ]),
  { ...policies('tiers', 'Tier', CALICO), concerns: 'everybody' },
  { ...policies('networksets', 'NetworkSet', CALICO), hasLabelsThatCount: true },
  {
    ...policies('globalnetworksets', 'GlobalNetworkSet', CALICO),
    concerns: 'everybody',
    hasLabelsThatCount: true,
  },
  {
    resource: 'namespaces',
    kind: 'Namespace',
    groups: [{ group: '', version: 'v1' }],
    concerns: 'the namespace of its name',
    hasLabelsThatCount: true,
  },
]

/** As kubectl takes it; the same wherever the kind is served. */
export function kindId({ resource, groups }: WatchedKind): string {
  const group = groups[0]?.group ?? ''
  return group === '' ? resource : `${resource}.${group}`
}

export function pathOf({ group, version, resource }: ServedResource): string {
  return `${groupPath(group, version)}/${resource}`
}

export function groupPath(group: string, version: string): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`
}
