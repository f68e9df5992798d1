/**
 * The types of records, with Goldmane's own names (projectcalico/calico, goldmane/proto/api.proto) and enums as their
 * protojson names.
 *
 * An enum value that this version does not know, from a newer Calico, is kept as `Unknown(…)` with its number or text,
 * so that it is neither lost nor confused with another.
 */

/** An enum value that this version does not know, with its number or text: `Unknown(12)`, `Unknown(Audit)`. */
export type Unknown = `Unknown(${string})`

/** The actions, by wire number. */
export const ACTIONS = ['ActionUnspecified', 'Allow', 'Deny', 'Pass'] as const
export type Action = (typeof ACTIONS)[number] | Unknown

/**
 * By wire number. `Src` reports at the source, with its egress rules; `Dst` at the destination, with its ingress rules.
 */
export const REPORTERS = ['ReporterUnspecified', 'Src', 'Dst'] as const
export type Reporter = (typeof REPORTERS)[number] | Unknown

/** By wire number. `EndpointTypeUnspecified` is also the type where the format records none (Whisker). */
export const ENDPOINT_TYPES = [
  'EndpointTypeUnspecified',
  'WorkloadEndpoint',
  'HostEndpoint',
  'NetworkSet',
  'Network',
] as const
export type EndpointType = (typeof ENDPOINT_TYPES)[number] | Unknown

/** By wire number; Calico uses 7 and 8 up to 3.31. `NetworkPolicy` is the kind of Kubernetes, not of Calico. */
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
  /** Zero-based among the policy's rules of the reported direction; −1 for the end of the tier. */
  readonly ruleIndex: number
  /** For an end of tier: a policy of that tier that selected the endpoint. Foreign producers may omit it. */
  readonly trigger: PolicyHit | null
}

/**
 * The hits of what the dataplane did, and of what it would do with staged policies enforced; both sorted by
 * policyIndex.
 */
export interface PolicyTrace {
  readonly enforced: readonly PolicyHit[]
  /** Empty when Felix did not compute it, never because no policy applied. */
  readonly pending: readonly PolicyHit[]
}

/** Everything that identifies a flow in Goldmane. The trace is part of it: another trace is another key. */
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
  /** The three service texts are `-` where Felix did not know them, and empty where the format does not record them. */
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

/**
 * A key with the labels of both ends, each `k=v`. They are intersections over pods and time: an absent one is unknown.
 */
export interface LabelledKey {
  readonly key: FlowKey
  readonly sourceLabels: readonly string[]
  readonly destLabels: readonly string[]
}

/**
 * The counters of a key in one bucket, or their sum. "In" and "out" are as the reporting endpoint sees them. One is null
 * where the format does not record it: Whisker counts no connections, a trace or a key alone counts nothing. A sum is of
 * the records that have the counter, and null where none has it.
 */
export interface Counters {
  readonly packetsIn: number | null
  readonly packetsOut: number | null
  readonly bytesIn: number | null
  readonly bytesOut: number | null
  readonly numConnectionsStarted: number | null
  readonly numConnectionsCompleted: number | null
  readonly numConnectionsLive: number | null
}

/** One Goldmane record: a key in one bucket, with its counters. Times are Unix seconds; 0 where the format has none. */
export interface Flow extends LabelledKey, Counters {
  readonly startTime: number
  readonly endTime: number
}

/** Returns an enum's name from its wire number. */
export function fromWire<const Names extends readonly string[]>(
  names: Names,
  wire: number,
): Names[number] | Unknown {
  return names[wire] ?? `Unknown(${wire})`
}

/** Returns an enum's name from its protojson spelling. */
export function fromName<const Names extends readonly string[]>(
  names: Names,
  name: string,
): Names[number] | Unknown {
  return names.includes(name) ? name : `Unknown(${name})`
}

/** Returns the wire number of an enum's name: 12 for `Unknown(12)`, 0 for an unknown text. */
export function toWire(names: readonly string[], name: string): number {
  const index = names.indexOf(name)
  if (index >= 0) return index
  const number = /^Unknown\((\d+)\)$/.exec(name)?.[1]
  return number === undefined ? 0 : Number(number)
}

export function isUnknown(value: string): value is Unknown {
  return value.startsWith('Unknown(')
}
