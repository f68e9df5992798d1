/** The part of the policy objects' schema that the demo's manifests use, with the API's field names. */

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

/** A policy of projectcalico.org/v3. Without an order it is the last in its tier. */
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

/** A rule of a Kubernetes NetworkPolicy. An empty rule allows everything. */
export interface KubernetesRule {
  readonly from?: readonly { readonly podSelector: PodSelector }[]
  readonly ports?: readonly { readonly protocol: 'TCP'; readonly port: number }[]
}

interface PodSelector {
  readonly matchLabels: Readonly<Record<string, string>>
}

/**
 * A policy of networking.k8s.io/v1. Calico puts it in tier default at order 1000 and converts each rule to protocols ×
 * peers rules (libcalico-go/lib/backend/k8s/conversion/conversion.go:277-382). The demo's rules have at most one of
 * each, so rule indices do not change.
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

/** Returns a GlobalNetworkPolicy, by default in tier default. */
export function globalPolicy(name: string, spec: CalicoSpec): CalicoPolicy {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata: { name },
    spec: { tier: 'default', ...spec },
  }
}

/** Returns a StagedGlobalNetworkPolicy, by default in tier default. */
export function stagedGlobalPolicy(name: string, spec: CalicoSpec): CalicoPolicy {
  return { ...globalPolicy(name, spec), kind: 'StagedGlobalNetworkPolicy' }
}

/** Returns a namespaced NetworkPolicy of Calico's API. */
export function calicoPolicy(namespace: string, name: string, spec: CalicoPolicy['spec']): CalicoPolicy {
  return { apiVersion: 'projectcalico.org/v3', kind: 'NetworkPolicy', metadata: { name, namespace }, spec }
}

/** Returns a NetworkPolicy of Kubernetes. */
export function kubernetesPolicy(
  namespace: string,
  name: string,
  spec: KubernetesPolicy['spec'],
): KubernetesPolicy {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec }
}
