/**
 * Policies as Felix evaluates them: with the API's defaults applied, selectors scoped to their namespaces, and those of
 * Kubernetes converted to Calico's rules, because a hit's rule index counts the converted ones
 * (felix/calc, libcalico-go/lib/backend/syncersv1/updateprocessors; `calico-semantics.md` 3.2 to 3.9).
 */
import type { PolicyKind } from '../../flows/flow.ts'
import type { Selector } from '../selector/selector.ts'
import type { Cidr } from './cidr.ts'
import type { Place } from './place.ts'

/** The kinds of objects that hold rules, by the names that Goldmane gives them. `NetworkPolicy` is that of Kubernetes. */
export type RuleKind = Extract<
  PolicyKind,
  | 'CalicoNetworkPolicy'
  | 'GlobalNetworkPolicy'
  | 'StagedNetworkPolicy'
  | 'StagedGlobalNetworkPolicy'
  | 'StagedKubernetesNetworkPolicy'
  | 'NetworkPolicy'
  | 'ClusterNetworkPolicy'
>

export interface Policy {
  readonly kind: RuleKind
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string
  readonly name: string
  /** `default` where the object names none. */
  readonly tier: string
  /** Null is after every number. */
  readonly order: number | null
  /**
   * For staged kinds. Felix never receives one that stages a deletion, and treats `Learn` and `Ignore` as `Set`.
   */
  readonly stagedAction: 'Set' | 'Delete' | 'Learn' | 'Ignore' | null
  /** Which endpoints it governs, with everything that scopes it: namespace, namespaceSelector, serviceAccountSelector. */
  readonly selector: Selector
  /** The rules of a direction; null for one that it does not govern, which is not the same as a list without rules. */
  readonly ingress: readonly Rule[] | null
  readonly egress: readonly Rule[] | null
  readonly doNotTrack: boolean
  readonly preDnat: boolean
  readonly applyOnForward: boolean
  readonly place: Place
}

export type RuleAction = 'Allow' | 'Deny' | 'Pass' | 'Log'

/** A rule matches where every term that is not null holds. */
export interface Rule {
  readonly action: RuleAction
  readonly protocol: Protocol | null
  readonly notProtocol: Protocol | null
  readonly ipVersion: 4 | 6 | null
  readonly icmp: Icmp | null
  readonly notIcmp: Icmp | null
  readonly source: RuleEnd
  readonly destination: RuleEnd
  /** Methods and paths are known to Dikastes alone: the dataplane matches the rule as if it had none. */
  readonly hasHttp: boolean
  /** The rule as it is written. One rule of Kubernetes may stand for several, which have the same place. */
  readonly place: Place
}

export interface Protocol {
  /** As it is written. */
  readonly text: string
  /** By IANA's list; null for a name that Calico does not know, which equals no protocol. */
  readonly number: number | null
}

export interface Icmp {
  readonly type: number
  readonly code: number | null
}

/** The conditions on one end of a connection. */
export interface RuleEnd {
  /** The address is in one of these. An empty list is as none at all. */
  readonly nets: readonly Cidr[]
  readonly notNets: readonly Cidr[]
  readonly ports: readonly Port[]
  readonly notPorts: readonly Port[]
  /**
   * What the endpoint's labels match, service accounts and namespaces included; null where nothing is asked. Endpoints
   * that are not known, such as addresses outside the cluster, match no selector, not even `all()`.
   */
  readonly selector: Selector | null
  /** Not scoped to a namespace, unlike {@link selector}. */
  readonly notSelector: Selector | null
  readonly service: { readonly namespace: string; readonly name: string } | null
}

/** Both ends of a range are in it. A name stands for the ports of that name of the endpoints. */
export type Port = { readonly from: number; readonly to: number } | { readonly name: string }

export interface Tier {
  readonly name: string
  /** Null is after every number. */
  readonly order: number | null
  readonly defaultAction: 'Deny' | 'Pass'
  /** Null for `default`, `kube-admin` and `kube-baseline` where no manifest gives them. */
  readonly place: Place | null
}
