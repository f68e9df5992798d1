/**
 * The vocabulary: what Goldmane says of traffic, in Goldmane's own names (projectcalico/calico,
 * goldmane/proto/api.proto), with enums as their protojson names.
 *
 * A value that this version does not know (a newer Calico) is kept as `Unknown(…)` with its number or text inside, so
 * that nothing is lost and nothing is taken for something else.
 */

/** A value outside the enum that we know, with what stood there: `Unknown(12)`, `Unknown(Audit)`. */
export type Unknown = `Unknown(${string})`

/** By wire number. */
export const ACTIONS = ['ActionUnspecified', 'Allow', 'Deny', 'Pass'] as const
export type Action = (typeof ACTIONS)[number] | Unknown

/** By wire number. `Src`: measured at the source, its egress rules. `Dst`: at the destination, its ingress rules. */
export const REPORTERS = ['ReporterUnspecified', 'Src', 'Dst'] as const
export type Reporter = (typeof REPORTERS)[number] | Unknown

/** By wire number. `EndpointTypeUnspecified` also where the format does not record it (Whisker). */
export const ENDPOINT_TYPES = [
  'EndpointTypeUnspecified',
  'WorkloadEndpoint',
  'HostEndpoint',
  'NetworkSet',
  'Network',
] as const
export type EndpointType = (typeof ENDPOINT_TYPES)[number] | Unknown

/** By wire number; 7 and 8 were in use up to Calico 3.31. `NetworkPolicy` is the Kubernetes one. */
export const POLICY_KINDS = [
  'KindUnspecified',
  'CalicoNetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'Profile',
  'EndOfTier',
  'ClusterNetworkPolicy',
] as const
export type PolicyKind = (typeof POLICY_KINDS)[number] | Unknown

/** One entry of a policy trace. */
export interface PolicyHit {
  readonly kind: PolicyKind
  /** Empty for cluster-scoped kinds, profiles and ends of tier. */
  readonly namespace: string
  /** Empty for an end of tier. */
  readonly name: string
  /** Empty for a profile. */
  readonly tier: string
  readonly action: Action
  /** Zero-based position among the hits of its list. */
  readonly policyIndex: number
  /** Zero-based in the policy's rules of the reported direction; −1 is the end of the tier. */
  readonly ruleIndex: number
  /** Of an end of tier: a policy of that tier that selected the endpoint. Foreign producers may leave it out. */
  readonly trigger: PolicyHit | null
}

/** What the dataplane did, and what it would do with the staged policies enforced. Each sorted by policyIndex. */
export interface PolicyTrace {
  readonly enforced: readonly PolicyHit[]
  /** Empty means that it was not computed, never that no policy applied. */
  readonly pending: readonly PolicyHit[]
}

/** What identifies a flow. The trace is part of it: another trace is another flow. */
export interface FlowKey {
  /** A pod, `<generateName>*` for the pods that share one, a host, a network set, `pub` or `pvt`. */
  readonly sourceName: string
  /** `-` where there is none. */
  readonly sourceNamespace: string
  readonly sourceType: EndpointType
  readonly destName: string
  readonly destNamespace: string
  readonly destType: EndpointType
  /** 0 for ICMP. */
  readonly destPort: number
  /** The three service texts: `-` where Felix did not know it, empty where the format does not record it. */
  readonly destServiceName: string
  readonly destServiceNamespace: string
  readonly destServicePortName: string
  readonly destServicePort: number
  /** Lower case: tcp, udp, icmp, icmp6, sctp, or the protocol number as text. */
  readonly proto: string
  readonly reporter: Reporter
  readonly action: Action
  readonly policies: PolicyTrace
}

/** A key with the labels of both ends, `k=v` each: the intersection over pods and time, so absent is unknown. */
export interface LabelledKey {
  readonly key: FlowKey
  readonly sourceLabels: readonly string[]
  readonly destLabels: readonly string[]
}

/** The counters of one flow in one window. "In" and "out" are as the reporting endpoint sees them. */
export interface Counters {
  readonly packetsIn: number
  readonly packetsOut: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** The three connection counts: null where the format does not record them (Whisker). */
  readonly numConnectionsStarted: number | null
  readonly numConnectionsCompleted: number | null
  readonly numConnectionsLive: number | null
}

/** One Goldmane record: a key in one time window. Times are Unix seconds; 0 where the format has none. */
export interface Flow extends LabelledKey, Counters {
  readonly startTime: number
  readonly endTime: number
}

/** An enum's name from its wire number. */
export function fromWire<const Names extends readonly string[]>(
  names: Names,
  wire: number,
): Names[number] | Unknown {
  return names[wire] ?? `Unknown(${wire})`
}

/** An enum's name from its protojson spelling. */
export function fromName<const Names extends readonly string[]>(
  names: Names,
  name: string,
): Names[number] | Unknown {
  return names.includes(name) ? name : `Unknown(${name})`
}

/** The wire number of an enum's name; of `Unknown(12)` 12, of an unknown word 0. */
export function toWire(names: readonly string[], name: string): number {
  const index = names.indexOf(name)
  if (index >= 0) return index
  const number = /^Unknown\((\d+)\)$/.exec(name)?.[1]
  return number === undefined ? 0 : Number(number)
}

export function isUnknown(value: string): value is Unknown {
  return value.startsWith('Unknown(')
}
