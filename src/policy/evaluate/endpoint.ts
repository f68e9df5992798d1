/** Endpoints of a cluster as Felix sees them: labels of their own and inherited ones, profiles, addresses, named ports. */
import type { Cidr } from '../manifest/cidr.ts'
import type { HostEndpoint, Labels, Manifests, NamedPort, NetworkSet, Pod } from '../manifest/resources.ts'
import { findNamed } from './resource-lookup.ts'

export interface Endpoint {
  /** Empty for a host endpoint. */
  readonly namespace: string
  readonly name: string
  /** As selectors see them (libcalico-go/lib/backend/k8s/conversion/workload_endpoint_default.go:157-167). */
  readonly labels: Labels
  /** In the order in which they are evaluated. */
  readonly profiles: readonly string[]
  /** Empty where they are not known. */
  readonly addresses: readonly Cidr[]
  readonly ports: readonly NamedPort[]
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
    profiles: [`kns.${namespace}`, `ksa.${namespace}.${serviceAccount}`],
    addresses: pod.addresses,
    ports: pod.ports,
  }
}

export function endpointOfHost(host: HostEndpoint, manifests: Pick<Manifests, 'profiles'>): Endpoint {
  const inherited = host.profiles.flatMap((name) =>
    Object.entries(manifests.profiles.find((profile) => profile.name === name)?.labelsToApply ?? {}),
  )
  return {
    namespace: '',
    name: host.name,
    labels: { ...Object.fromEntries(inherited), ...host.labels },
    profiles: host.profiles,
    addresses: host.addresses,
    ports: host.ports,
  }
}

/** Calico's own profiles: those of namespaces, and that of automatic host endpoints, have one rule that allows everything. */
export function isAllowingProfile(name: string): boolean {
  return name.startsWith('kns.') || name === 'projectcalico-default-allow'
}

/** The labels of a network set as selectors see them (networksetprocessor.go:68-82). */
export function setLabels(
  { namespace, labels }: NetworkSet,
  manifests: Pick<Manifests, 'namespaces'>,
): Labels {
  return namespace === '' ? labels : { ...labels, ...namespaceLabels(namespace, manifests) }
}
