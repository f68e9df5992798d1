/** What manifests say of a cluster beside its policies, and everything that was loaded. */
import type { Cidr } from './cidr.ts'
import type { Place } from './place.ts'
import type { Policy, Tier } from './policy.ts'

export type Labels = Readonly<Record<string, string>>

interface Resource {
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string
  readonly name: string
  readonly place: Place
}

/** A NetworkSet, or, without a namespace, a GlobalNetworkSet. Its labels are its own. */
export interface NetworkSet extends Resource {
  readonly labels: Labels
  readonly nets: readonly Cidr[]
}

export interface HostEndpoint extends Resource {
  readonly labels: Labels
  readonly node: string
  readonly addresses: readonly Cidr[]
  readonly profiles: readonly string[]
  readonly ports: readonly NamedPort[]
}

export interface Namespace extends Resource {
  /** With `kubernetes.io/metadata.name`, which every API server adds. */
  readonly labels: Labels
}

export interface ServiceAccount extends Resource {
  readonly labels: Labels
}

export interface NamedPort {
  readonly name: string
  /** By IANA's list. */
  readonly protocol: number
  readonly port: number
}

/** A pod, or the pods of a template (of a Deployment, StatefulSet, DaemonSet, Job, …), which share all of this. */
export interface Pod extends Resource {
  /** What flows call it: its name, or `<generateName>*` for pods that share one. */
  readonly flowName: string
  readonly labels: Labels
  /** `default` where none is named. */
  readonly serviceAccount: string
  /** Empty where they are not known, as for a template. */
  readonly addresses: readonly Cidr[]
  readonly ports: readonly NamedPort[]
  /** Calico does not govern a pod in its host's network. */
  readonly isHostNetworked: boolean
}

export interface Service extends Resource {
  /** Null for a service without a selector. */
  readonly selector: Labels | null
  readonly addresses: readonly Cidr[]
  readonly ports: readonly {
    readonly name: string
    readonly protocol: number
    readonly port: number
    /** A number, or the name of a container's port. */
    readonly target: number | string
  }[]
}

/** The addresses and ports behind a service. */
export interface EndpointSlice extends Resource {
  /** The service's name, in the same namespace; empty where its label is missing. */
  readonly service: string
  readonly addresses: readonly Cidr[]
  /** A port that is null is every port. */
  readonly ports: readonly {
    readonly name: string
    readonly protocol: number
    readonly port: number | null
  }[]
}

/** A Profile of Calico's own, beside those that stand for namespaces and service accounts. */
export interface Profile extends Resource {
  readonly labelsToApply: Labels
  readonly ingress: Policy['ingress']
  readonly egress: Policy['egress']
}

/** Everything that was loaded, each kind in the order of the files, later objects of the same name in place of earlier ones. */
export interface Manifests {
  readonly policies: readonly Policy[]
  /** With `default`, `kube-admin` and `kube-baseline`, which every cluster has. */
  readonly tiers: readonly Tier[]
  readonly networkSets: readonly NetworkSet[]
  readonly hostEndpoints: readonly HostEndpoint[]
  readonly namespaces: readonly Namespace[]
  readonly serviceAccounts: readonly ServiceAccount[]
  readonly pods: readonly Pod[]
  readonly services: readonly Service[]
  readonly endpointSlices: readonly EndpointSlice[]
  readonly profiles: readonly Profile[]
}

/** Something in a manifest that is wrong, or not known. The rest is loaded all the same. */
export interface Fault {
  readonly place: Place
  /**
   * `refused`: the object, or the rule, is left out. `ignored`: a field or a value has no effect, as in the cluster.
   * `unknown`: a kind or a field that this version does not know, so that it may have an effect.
   */
  readonly effect: 'refused' | 'ignored' | 'unknown'
  /** Which object, as `GlobalNetworkPolicy default-deny`; empty where it has no name. */
  readonly object: string
  /** The path of the field, as `spec.ingress[0].source.selector`. */
  readonly path: string
  readonly reason: string
}

export interface ReadManifests {
  readonly manifests: Manifests
  readonly faults: readonly Fault[]
}
