/**
 * Names that stay, because every cluster has them: they say nothing about its owner, and without them nobody could see
 * that it was DNS or the API server that was denied. docs/captures.md lists them.
 */
import { SYSTEM_NAMESPACES } from '../flows/system-namespaces.ts'

const NAMESPACES: ReadonlySet<string> = new Set(SYSTEM_NAMESPACES)

/** Workloads and services of Kubernetes and of Calico. */
const WORKLOADS: ReadonlySet<string> = new Set([
  'kubernetes',
  'kube-dns',
  'coredns',
  'kube-proxy',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'calico-node',
  'calico-typha',
  'calico-kube-controllers',
  'calico-apiserver',
  'calico-api',
  'csi-node-driver',
  'goldmane',
  'whisker',
  'tigera-operator',
])

/** Names of ports that say no more than their numbers. */
const PORTS: ReadonlySet<string> = new Set(['http', 'https', 'dns', 'dns-tcp', 'metrics', 'grpc'])

/** Profiles that Calico itself makes. */
const POLICIES: ReadonlySet<string> = new Set(['__PROFILE__', 'projectcalico-default-allow'])

/** What a record has in the place of a name. */
function isNoName(text: string): boolean {
  return text === '' || text === '-' || text === '*'
}

export function staysAsNamespace(name: string): boolean {
  return isNoName(name) || NAMESPACES.has(name)
}

/** `pub` and `pvt` are Calico's words for networks. */
export function staysAsWorkload(name: string): boolean {
  return isNoName(name) || name === 'pub' || name === 'pvt' || WORKLOADS.has(name)
}

export function staysAsService(name: string): boolean {
  return isNoName(name) || WORKLOADS.has(name)
}

export function staysAsPort(name: string): boolean {
  return isNoName(name) || PORTS.has(name)
}

export function staysAsPolicy(name: string): boolean {
  return isNoName(name) || POLICIES.has(name)
}

const PROTOCOLS = ['tcp', 'udp', 'icmp', 'icmp6', 'sctp', 'ipip', 'esp', 'gre', 'ah', 'igmp', 'udplite']

/** Whether a protocol is a number or one of those that Felix and others write by name. */
export function staysAsProtocol(text: string): boolean {
  return isNoName(text) || /^\d{1,3}$/.test(text) || PROTOCOLS.includes(text)
}

/** Whether a text is a part of a protocol that stays. */
export function isPartOfProtocol(text: string): boolean {
  return /^\d{1,3}$/.test(text) || PROTOCOLS.some((protocol) => protocol.includes(text.toLowerCase()))
}

/** Domains of label keys that Kubernetes and Calico define; their keys stay. */
const LABEL_DOMAINS: ReadonlySet<string> = new Set([
  'projectcalico.org',
  'kubernetes.io',
  'app.kubernetes.io',
  'apps.kubernetes.io',
  'batch.kubernetes.io',
  'statefulset.kubernetes.io',
  'topology.kubernetes.io',
])

/** Keys without a domain that Kubernetes writes itself or its documents use. */
const LABEL_KEYS: ReadonlySet<string> = new Set([
  'app',
  'k8s-app',
  'component',
  'tier',
  'pod-template-hash',
  'pod-template-generation',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
])

export function staysAsLabelKey(key: string): boolean {
  const slash = key.indexOf('/')
  return key === '' || (slash < 0 ? LABEL_KEYS.has(key) : LABEL_DOMAINS.has(key.slice(0, slash)))
}

/** What the value of a label names, for labels that Kubernetes or Calico set to a name that stands elsewhere, too. */
export type LabelMeaning = 'namespace' | 'workload' | 'account' | 'generated'

const MEANINGS: ReadonlyMap<string, LabelMeaning> = new Map([
  ['projectcalico.org/namespace', 'namespace'],
  ['kubernetes.io/metadata.name', 'namespace'],
  ['projectcalico.org/serviceaccount', 'account'],
  ['projectcalico.org/name', 'workload'],
  ['kubernetes.io/hostname', 'workload'],
  ['statefulset.kubernetes.io/pod-name', 'workload'],
  ['batch.kubernetes.io/job-name', 'workload'],
  ['job-name', 'workload'],
  ['pod-template-hash', 'generated'],
  ['controller-revision-hash', 'workload'],
])

export function meaningOfLabel(key: string): LabelMeaning | undefined {
  return MEANINGS.get(key)
}
