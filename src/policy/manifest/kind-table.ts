/** Which kinds of objects are read, by which group of the API they are of. */
import {
  CRON_JOB_SCHEMA,
  ENDPOINT_SLICE_SCHEMA,
  ENDPOINTS_SCHEMA,
  NAMESPACE_SCHEMA,
  POD_SCHEMA,
  SERVICE_SCHEMA,
  WORKLOAD_SCHEMA,
} from './resource-schemas.ts'
import type { Schema } from './object-schema.ts'
import type { RuleKind } from './policy.ts'
import {
  HOST_ENDPOINT_SCHEMA,
  NETWORK_SET_SCHEMA,
  POLICY_SCHEMAS,
  PROFILE_SCHEMA,
  TIER_SCHEMA,
} from './policy-schemas.ts'

export type ResourceKind =
  | 'Tier'
  | 'NetworkSet'
  | 'HostEndpoint'
  | 'Profile'
  | 'Namespace'
  | 'ServiceAccount'
  | 'Pod'
  | 'Workload'
  | 'Service'
  | 'EndpointSlice'
  | 'Endpoints'

const RULE_KINDS: ReadonlySet<string> = new Set<RuleKind>([
  'CalicoNetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
  'NetworkPolicy',
  'ClusterNetworkPolicy',
])

export function isRuleKind(kind: RuleKind | ResourceKind): kind is RuleKind {
  return RULE_KINDS.has(kind)
}

export interface KnownKind {
  readonly reads: RuleKind | ResourceKind
  readonly schema: Schema
  readonly isNamespaced: boolean
}

function namespaced(reads: KnownKind['reads'], schema: Schema): KnownKind {
  return { reads, schema, isNamespaced: true }
}

function clusterScoped(reads: KnownKind['reads'], schema: Schema): KnownKind {
  return { reads, schema, isNamespaced: false }
}

const CALICO: Readonly<Record<string, KnownKind>> = {
  NetworkPolicy: namespaced('CalicoNetworkPolicy', POLICY_SCHEMAS.namespaced),
  GlobalNetworkPolicy: clusterScoped('GlobalNetworkPolicy', POLICY_SCHEMAS.global),
  StagedNetworkPolicy: namespaced('StagedNetworkPolicy', POLICY_SCHEMAS.stagedNamespaced),
  StagedGlobalNetworkPolicy: clusterScoped('StagedGlobalNetworkPolicy', POLICY_SCHEMAS.stagedGlobal),
  StagedKubernetesNetworkPolicy: namespaced('StagedKubernetesNetworkPolicy', POLICY_SCHEMAS.stagedKubernetes),
  Tier: clusterScoped('Tier', TIER_SCHEMA),
  NetworkSet: namespaced('NetworkSet', NETWORK_SET_SCHEMA),
  GlobalNetworkSet: clusterScoped('NetworkSet', NETWORK_SET_SCHEMA),
  HostEndpoint: clusterScoped('HostEndpoint', HOST_ENDPOINT_SCHEMA),
  Profile: clusterScoped('Profile', PROFILE_SCHEMA),
}
const WORKLOAD = namespaced('Workload', WORKLOAD_SCHEMA)
const KUBERNETES_POLICY = namespaced('NetworkPolicy', POLICY_SCHEMAS.kubernetes)

/** By group, without its version, and kind. */
const KINDS: Readonly<Record<string, Readonly<Record<string, KnownKind>>>> = {
  'projectcalico.org': CALICO,
  'crd.projectcalico.org': CALICO,
  'networking.k8s.io': { NetworkPolicy: KUBERNETES_POLICY },
  extensions: {
    NetworkPolicy: KUBERNETES_POLICY,
    Deployment: WORKLOAD,
    DaemonSet: WORKLOAD,
    ReplicaSet: WORKLOAD,
  },
  'policy.networking.k8s.io': {
    ClusterNetworkPolicy: clusterScoped('ClusterNetworkPolicy', POLICY_SCHEMAS.cluster),
  },
  '': {
    Namespace: clusterScoped('Namespace', NAMESPACE_SCHEMA),
    ServiceAccount: namespaced('ServiceAccount', NAMESPACE_SCHEMA),
    Pod: namespaced('Pod', POD_SCHEMA),
    ReplicationController: WORKLOAD,
    Service: namespaced('Service', SERVICE_SCHEMA),
    Endpoints: namespaced('Endpoints', ENDPOINTS_SCHEMA),
  },
  apps: { Deployment: WORKLOAD, ReplicaSet: WORKLOAD, StatefulSet: WORKLOAD, DaemonSet: WORKLOAD },
  batch: { Job: WORKLOAD, CronJob: namespaced('Workload', CRON_JOB_SCHEMA) },
  'discovery.k8s.io': { EndpointSlice: namespaced('EndpointSlice', ENDPOINT_SLICE_SCHEMA) },
}

export function knownKind(group: string, kind: string): KnownKind | null {
  const kinds = Object.hasOwn(KINDS, group) ? KINDS[group] : undefined
  return kinds !== undefined && Object.hasOwn(kinds, kind) ? (kinds[kind] ?? null) : null
}

/** Groups of which no other kind has an effect on policies. */
const WITHOUT_EFFECT = new Set([
  '',
  'apps',
  'batch',
  'extensions',
  'discovery.k8s.io',
  'networking.k8s.io',
  'policy',
  'autoscaling',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'admissionregistration.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'certificates.k8s.io',
  'node.k8s.io',
  'events.k8s.io',
  'gateway.networking.k8s.io',
  'operator.tigera.io',
  'cert-manager.io',
  'monitoring.coreos.com',
  'kustomize.config.k8s.io',
])
/** Of Calico's kinds, those of routing and of addresses; its configurations may have an effect. */
const CALICO_WITHOUT_EFFECT =
  /^(?:IP(?:Pool|Reservation|AM\w*)|BGP\w*|BlockAffinity|CalicoNodeStatus|ClusterInformation|KubeControllersConfiguration|Node)$/

/** Whether objects of a kind that is not read certainly have no effect on what policies do. */
export function isWithoutEffect(group: string, kind: string): boolean {
  return (
    WITHOUT_EFFECT.has(group) || (group.endsWith('projectcalico.org') && CALICO_WITHOUT_EFFECT.test(kind))
  )
}

/** Kinds that ClusterNetworkPolicy has replaced. */
export function isReplacedKind(group: string, kind: string): boolean {
  const isReplaced = kind === 'AdminNetworkPolicy' || kind === 'BaselineAdminNetworkPolicy'
  return group === 'policy.networking.k8s.io' && isReplaced
}
