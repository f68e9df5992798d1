/** Endpoints of a cluster as Felix sees them: labels of their own and inherited ones, profiles, addresses, named ports. */
import type { Cidr } from '../manifest/cidr.ts'
import type { HostEndpoint, Labels, Manifests, NamedPort, NetworkSet, Pod } from '../manifest/resources.ts'
import { findNamed } from './resource-lookup.ts'

/** The labels of an endpoint or of a network set, of which those of its namespace may not be known. */
export interface PartlyLabelled {
  /** As selectors see them (libcalico-go/lib/backend/k8s/conversion/workload_endpoint_default.go:157-167). */
  readonly labels: Labels
  /** Labels that begin with these may be there although {@link labels} has them not. */
  readonly unknownPrefixes: readonly string[]
}

export interface Endpoint extends PartlyLabelled {
  /** Empty for a host endpoint. */
  readonly namespace: string
  readonly name: string
  /** In the order in which they are evaluated. */
  readonly profiles: readonly string[]
  /** Empty where they are not known. */
  readonly addresses: readonly Cidr[]
  readonly ports: readonly NamedPort[]
}

/** The value of a label; null for one that is certainly absent, undefined where that is not known. */
export function labelAt(
  { labels, unknownPrefixes }: PartlyLabelled,
  label: string,
): string | null | undefined {
  if (Object.hasOwn(labels, label)) return labels[label]
  return unknownPrefixes.some((prefix) => label.startsWith(prefix)) ? undefined : null
}

/** Of a namespace that was not loaded only the name is known, which {@link namespaceLabels} gives. */
function unknownOfNamespace(name: string, manifests: Pick<Manifests, 'namespaces'>): readonly string[] {
  return findNamed(manifests.namespaces, '', name) === undefined ? ['pcns.'] : []
}

/** The labels that a namespace gives to what is in it, by `pcns.`; its names also where it was not loaded. */
export function namespaceLabels(name: string, manifests: Pick<Manifests, 'namespaces'>): Labels {
  const own = findNamed(manifests.namespaces, '', name)?.labels ?? {}
  const inherited = Object.entries(own).map(([key, value]) => [`pcns.${key}`, value])
  return {
    ...Object.fromEntries(inherited),
    'pcns.kubernetes.io/metadata.name': name,
    'pcns.projectcalico.org/name': name,
    'projectcalico.org/namespace': name,
  }
}

export function endpointOfPod(
  pod: Pod,
  manifests: Pick<Manifests, 'namespaces' | 'serviceAccounts'>,
): Endpoint {
  const { namespace, serviceAccount } = pod
  const account = findNamed(manifests.serviceAccounts, namespace, serviceAccount)
  const own = Object.entries(pod.labels).filter(([key]) => !/^pc(ns|sa)\./.test(key))
  const inherited = Object.entries(account?.labels ?? {}).map(([key, value]) => [`pcsa.${key}`, value])
  return {
    namespace,
    name: pod.name,
    labels: {
      ...Object.fromEntries([...own, ...inherited]),
      ...namespaceLabels(namespace, manifests),
      'projectcalico.org/orchestrator': 'k8s',
      'projectcalico.org/serviceaccount': serviceAccount,
      'pcsa.projectcalico.org/name': serviceAccount,
    },
    unknownPrefixes: [
      ...unknownOfNamespace(namespace, manifests),
      ...(account === undefined ? ['pcsa.'] : []),
    ],
    profiles: [`kns.${namespace}`, `ksa.${namespace}.${serviceAccount}`],
    addresses: pod.addresses,
    ports: pod.ports,
  }
}

export function endpointOfHost(host: HostEndpoint, manifests: Pick<Manifests, 'profiles'>): Endpoint {
  // Of two profiles with one label the first one counts (felix/labelindex/label_inheritance_index.go:73).
  const inherited = host.profiles
    .toReversed()
    .flatMap((name) =>
      Object.entries(manifests.profiles.find((profile) => profile.name === name)?.labelsToApply ?? {}),
    )
  return {
    namespace: '',
    name: host.name,
    labels: { ...Object.fromEntries(inherited), ...host.labels },
    unknownPrefixes: [],
    profiles: host.profiles,
    addresses: host.addresses,
    ports: host.ports,
  }
}

/** Calico's own profiles: those of namespaces, and that of automatic host endpoints, have one rule that allows everything. */
export function isAllowingProfile(name: string): boolean {
  return name.startsWith('kns.') || name === 'projectcalico-default-allow'
}

/** The labels of a network set as selectors see them: its own count before inherited ones (networksetprocessor.go:68-82). */
export function setLabels(
  { namespace, labels }: NetworkSet,
  manifests: Pick<Manifests, 'namespaces'>,
): Labels {
  if (namespace === '') return labels
  return { ...namespaceLabels(namespace, manifests), ...labels, 'projectcalico.org/namespace': namespace }
}

/** The same, with what is not known of them. */
export function partlyLabelledSet(set: NetworkSet, manifests: Pick<Manifests, 'namespaces'>): PartlyLabelled {
  const { namespace } = set
  return {
    labels: setLabels(set, manifests),
    unknownPrefixes: namespace === '' ? [] : unknownOfNamespace(namespace, manifests),
  }
}
