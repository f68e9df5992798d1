/** Gathers what is read of objects; of two with one name the later one counts. */
import { unreachable } from '../../lib/assert.ts'
import {
  BUILT_IN_TIERS,
  readHostEndpoint,
  readNetworkSet,
  readProfile,
  readTier,
} from './calico-resources.ts'
import { readCalicoPolicy } from './calico-policy.ts'
import { readClusterPolicy } from './cluster-policy.ts'
import { isRuleKind, type KnownKind, type ResourceKind } from './kind-table.ts'
import { readKubernetesPolicy } from './kubernetes-policy.ts'
import {
  readEndpoints,
  readEndpointSlice,
  readNamespace,
  readPod,
  readService,
  readServiceAccount,
  readWorkload,
} from './kubernetes-resources.ts'
import type { ObjectHead } from './object-head.ts'
import type { Place } from './place.ts'
import type { Policy, RuleKind } from './policy.ts'
import type { PolicySpec } from './policy-spec.ts'
import type { Manifests } from './resources.ts'
import { scopePolicy } from './scope-policy.ts'
import { SelectorError } from '../selector/selector.ts'

type Lists = { -readonly [Name in keyof Manifests]: Map<string, Manifests[Name][number]> }

export class ObjectStore {
  readonly #lists: Lists = {
    policies: new Map(),
    tiers: new Map(BUILT_IN_TIERS.map((tier) => [tier.name, tier])),
    networkSets: new Map(),
    hostEndpoints: new Map(),
    namespaces: new Map(),
    serviceAccounts: new Map(),
    pods: new Map(),
    services: new Map(),
    endpointSlices: new Map(),
    profiles: new Map(),
  }

  /** Reads an object whose types have been checked. Nothing is kept of one that is refused. */
  add(reads: KnownKind['reads'], head: ObjectHead): void {
    if (isRuleKind(reads)) this.#addPolicy(reads, head)
    else this.#addResource(reads, head)
  }

  /** All objects, each kind in the order in which its names came first. */
  manifests(): Manifests {
    const { policies, tiers, networkSets, hostEndpoints, namespaces, serviceAccounts } = this.#lists
    const { pods, services, endpointSlices, profiles } = this.#lists
    return {
      policies: [...policies.values()],
      tiers: [...tiers.values()],
      networkSets: [...networkSets.values()],
      hostEndpoints: [...hostEndpoints.values()],
      namespaces: [...namespaces.values()],
      serviceAccounts: [...serviceAccounts.values()],
      pods: [...pods.values()],
      services: [...services.values()],
      endpointSlices: [...endpointSlices.values()],
      profiles: [...profiles.values()],
    }
  }

  #addPolicy(kind: RuleKind, head: ObjectHead): void {
    const spec = readSpec(kind, head)
    if (spec === null || head.subject.isRefused) return
    const policy = scopedPolicy(spec, head)
    // Kubernetes and Calico both have a NetworkPolicy, and these may share a name.
    if (policy !== null) this.#put('policies', { ...head, kind }, policy)
  }

  #addResource(kind: ResourceKind, head: ObjectHead): void {
    switch (kind) {
      case 'Tier':
        return this.#put('tiers', head, readTier(head))
      case 'NetworkSet':
        return this.#put('networkSets', head, readNetworkSet(head))
      case 'HostEndpoint':
        return this.#put('hostEndpoints', head, readHostEndpoint(head))
      case 'Profile':
        return this.#put('profiles', head, readProfile(head))
      case 'Namespace':
        return this.#put('namespaces', head, readNamespace(head))
      case 'ServiceAccount':
        return this.#put('serviceAccounts', head, readServiceAccount(head))
      case 'Pod':
        return this.#put('pods', head, readPod(head))
      case 'Workload':
        return this.#put('pods', head, readWorkload(head))
      case 'Service':
        return this.#put('services', head, readService(head))
      case 'EndpointSlice':
        return this.#put('endpointSlices', head, readEndpointSlice(head))
      case 'Endpoints':
        for (const slice of readEndpoints(head)) this.#put('endpointSlices', head, slice, slice.name)
        return
      default:
        return unreachable(kind, 'kind')
    }
  }

  #put<Name extends keyof Manifests>(
    list: Name,
    { subject, kind, namespace, name }: ObjectHead,
    value: Manifests[Name][number] & { readonly place: Place | null },
    ownName = name,
  ): void {
    if (subject.isRefused) return
    const key = `${kind}|${namespace}|${ownName}`
    const values: Map<string, Manifests[Name][number]> = this.#lists[list]
    // Tiers have one kind, and those that are built in stand there from the beginning.
    const ofKind = list === 'tiers' ? ownName : key
    const earlier = values.get(ofKind)?.place ?? null
    const later = value.place
    if (earlier !== null && later !== null)
      subject.noteAt('refused', earlier, '', `Given again at ${later.file}:${later.line}, which counts`)
    values.set(ofKind, value)
  }
}

function readSpec(kind: RuleKind, head: ObjectHead): PolicySpec | null {
  switch (kind) {
    case 'NetworkPolicy':
    case 'StagedKubernetesNetworkPolicy':
      return readKubernetesPolicy(kind, head)
    case 'ClusterNetworkPolicy':
      return readClusterPolicy(head)
    case 'CalicoNetworkPolicy':
    case 'GlobalNetworkPolicy':
    case 'StagedNetworkPolicy':
    case 'StagedGlobalNetworkPolicy':
      return readCalicoPolicy(kind, head)
    default:
      return unreachable(kind, 'kind')
  }
}

/** Null where selectors that are right each by itself give none together, as with a label too long for its prefix. */
function scopedPolicy(spec: PolicySpec, { cache, subject, node }: ObjectHead): Policy | null {
  try {
    return scopePolicy(spec, cache)
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error
    subject.refuse(node, 'spec', `Its selectors together are none: ${error.reason}`)
    return null
  }
}
