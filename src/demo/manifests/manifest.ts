/** As much of the policy objects' schema as the demo cluster's manifests use, in the API's own field names. */

export interface EntityRule {
  readonly selector?: string
  readonly notSelector?: string
  readonly namespaceSelector?: string
  readonly nets?: readonly string[]
  readonly ports?: readonly number[]
}

export interface Rule {
  readonly action: 'Allow' | 'Deny' | 'Pass'
  readonly protocol?: 'TCP' | 'UDP'
  readonly source?: EntityRule
  readonly destination?: EntityRule
}

interface Metadata {
  readonly name: string
  readonly namespace?: string
}

/** A policy of projectcalico.org/v3. No order means last in its tier. */
export interface CalicoPolicy {
  readonly apiVersion: 'projectcalico.org/v3'
  readonly kind: 'NetworkPolicy' | 'GlobalNetworkPolicy' | 'StagedGlobalNetworkPolicy'
  readonly metadata: Metadata
  readonly spec: {
    readonly tier: string
    readonly order?: number
    readonly selector?: string
    readonly namespaceSelector?: string
    readonly types: readonly ('Ingress' | 'Egress')[]
    readonly ingress?: readonly Rule[]
    readonly egress?: readonly Rule[]
  }
}

/** A rule of a Kubernetes NetworkPolicy; an empty one allows everything. */
export interface KubernetesRule {
  readonly from?: readonly { readonly podSelector: PodSelector }[]
  readonly ports?: readonly { readonly protocol: 'TCP'; readonly port: number }[]
}

interface PodSelector {
  readonly matchLabels: Readonly<Record<string, string>>
}

/**
 * A policy of networking.k8s.io/v1. Calico puts it in tier default at order 1000 and makes protocols × peers rules of each
 * rule (libcalico-go/lib/backend/k8s/conversion/conversion.go:277-382); the demo's have one of each, so an index stays.
 */
export interface KubernetesPolicy {
  readonly apiVersion: 'networking.k8s.io/v1'
  readonly kind: 'NetworkPolicy'
  readonly metadata: Metadata & { readonly namespace: string }
  readonly spec: {
    readonly podSelector: PodSelector
    readonly policyTypes: readonly ('Ingress' | 'Egress')[]
    readonly ingress?: readonly KubernetesRule[]
    readonly egress?: readonly KubernetesRule[]
  }
}

export type Manifest = CalicoPolicy | KubernetesPolicy

type CalicoSpec = Omit<CalicoPolicy['spec'], 'tier'> & { readonly tier?: string }

/** A GlobalNetworkPolicy, in tier default unless said otherwise. */
export function globalPolicy(name: string, spec: CalicoSpec): CalicoPolicy {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata: { name },
    spec: { tier: 'default', ...spec },
  }
}

/** A StagedGlobalNetworkPolicy, in tier default unless said otherwise. */
export function stagedGlobalPolicy(name: string, spec: CalicoSpec): CalicoPolicy {
  return { ...globalPolicy(name, spec), kind: 'StagedGlobalNetworkPolicy' }
}

/** A namespaced policy of Calico's own API. */
export function calicoPolicy(namespace: string, name: string, spec: CalicoPolicy['spec']): CalicoPolicy {
  return { apiVersion: 'projectcalico.org/v3', kind: 'NetworkPolicy', metadata: { name, namespace }, spec }
}

/** A NetworkPolicy of Kubernetes. */
export function kubernetesPolicy(
  namespace: string,
  name: string,
  spec: KubernetesPolicy['spec'],
): KubernetesPolicy {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec }
}
