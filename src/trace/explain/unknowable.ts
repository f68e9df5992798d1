/** What a flow's record cannot tell, and how to find out: only the items that apply to the given flow. */
import type {
  EndpointType,
  FlowKey,
  LabelledKey,
  PolicyHit,
  PolicyKind,
  PolicyTrace,
} from '../../flows/flow.ts'
import { decisionOf } from '../../flows/hit.ts'
import { hasNoNamespace } from '../../flows/spelling.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { destParts, isOutsidePolicies, sourceParts } from '../words/phrases.ts'
import { partsText } from '../words/statement.ts'
import { directionOf, isConvertedKind, placeOf, reportingEnd } from '../words/calico-terms.ts'
import { policyOf, triggerOf } from '../words/policy-label.ts'

/** One thing that the record does not hold. */
export interface Unknowable {
  /** A noun phrase for a list: "the source port". */
  readonly what: string
  readonly why: string
  /** How to find out, with the command or the setting. */
  readonly learn: string
}

const ADDRESSES: Unknowable = {
  what: 'the addresses',
  why: 'Flows are summed over all addresses of an end before they leave the node.',
  learn:
    'List the pods with their addresses (kubectl get pods -o wide) while they run, or capture packets on the node.',
}

const SOURCE_PORT: Unknowable = {
  what: 'the source port',
  why: 'Flows are summed over source ports; only the destination port is kept.',
  learn: 'Look at the connections inside the source pod (ss -tn), or capture packets on its node.',
}

function whichPod(end: string): Unknowable {
  return {
    what: `which pod behind ${end}`,
    why: 'Pods of one generateName, as of one ReplicaSet, share a record.',
    learn: 'List the pods of that name, and look into the logs of each for the time of the flow.',
  }
}

function otherSets(end: string): Unknowable {
  return {
    what: `which other network sets hold the address behind ${end}`,
    why: 'Only one is recorded: a set in the namespace of the other end before a global one, and of those the longest prefix.',
    learn: 'Compare the nets of all NetworkSets and GlobalNetworkSets.',
  }
}

function whichNetwork(end: string): Unknowable {
  return {
    what: `which host is behind ${end}`,
    why: 'An address that belongs to no pod, host endpoint or network set is kept as private (IPv4 in 10/8, 172.16/12, 192.168/16) or public only; all IPv6 counts as public.',
    learn: 'Make a NetworkSet with the addresses that you expect: later flows to them carry its name.',
  }
}

function whichHostEndpoint(end: string): Unknowable {
  return {
    what: `which host endpoint of ${end}`,
    why: 'The record has the name of the node, not that of the host endpoint.',
    learn: 'List the HostEndpoints of that node (calicoctl get hostendpoints -o wide).',
  }
}

/** What is unknown of one end, by its type. */
function behind(type: EndpointType, namespace: string, name: string, end: string): readonly Unknowable[] {
  const placeless = hasNoNamespace(namespace)
  switch (type) {
    case 'WorkloadEndpoint':
      return name.endsWith('*') ? [whichPod(end)] : []
    case 'HostEndpoint':
      return [whichHostEndpoint(end)]
    case 'NetworkSet':
      return [otherSets(end)]
    case 'Network':
      return [whichNetwork(end)]
    case 'EndpointTypeUnspecified':
    default:
      if (name.endsWith('*')) return [whichPod(end)]
      return placeless && (name === 'pub' || name === 'pvt') ? [whichNetwork(end)] : []
  }
}

/** Kinds that Calico up to 3.31 stored under a name with the tier in front. Kubernetes' own never were. */
const TIER_PREFIXED: ReadonlySet<PolicyKind> = new Set<PolicyKind>([
  'CalicoNetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
])

/** What kubectl calls the kinds of {@link TIER_PREFIXED}. */
const RESOURCES: Partial<Record<PolicyKind, string>> = {
  CalicoNetworkPolicy: 'networkpolicies.projectcalico.org',
  GlobalNetworkPolicy: 'globalnetworkpolicies.projectcalico.org',
  StagedNetworkPolicy: 'stagednetworkpolicies.projectcalico.org',
  StagedGlobalNetworkPolicy: 'stagedglobalnetworkpolicies.projectcalico.org',
}

/** Whether a trace shows that Calico 3.32 or later wrote it: a kind, or a name with its tier, that came with 3.32. */
function isSince332({ enforced, pending }: PolicyTrace): boolean {
  return [...enforced, ...pending]
    .flatMap((hit) => (hit.trigger === null ? [hit] : [hit, hit.trigger]))
    .some(
      ({ kind, name, tier }) =>
        kind === 'ClusterNetworkPolicy' ||
        (TIER_PREFIXED.has(kind) && tier !== '' && name.startsWith(`${tier}.`)),
    )
}

/**
 * The name of the deciding policy in the cluster. Up to 3.31 Goldmane cut the tier off it (goldmane/proto/methods.go at
 * v3.30.0 and v3.31.0); from 3.32 on the recorded name is the object's own. So a recorded `default.x` is `default.x`, and
 * only a recorded `x` leaves the question.
 */
function ofPolicyName({ policies }: FlowKey, hit: PolicyHit): readonly Unknowable[] {
  const policy = policyOf(hit) ?? triggerOf(hit)
  if (policy === null || policy.name === '' || policy.tier === '' || !TIER_PREFIXED.has(policy.kind))
    return []
  if (isSince332(policies)) return []
  const longer = visibleText(`${policy.tier}.${policy.name}`)
  return [
    {
      what: `whether ${policy.path} is called ${longer} in the cluster`,
      why: 'Calico 3.30 and 3.31 cut the tier off a name before they recorded it; from 3.32 on it is the name itself. The record does not say which one wrote it.',
      learn: `Look for both names (kubectl get ${RESOURCES[policy.kind] ?? 'policies'} -A), or for the version of Calico.`,
    },
  ]
}

function ofTrace(key: FlowKey): readonly Unknowable[] {
  const decision = decisionOf(key)
  if (!decision.known) return []
  const { hit } = decision
  return [...ofDecision(key, hit), ...ofPolicyName(key, hit)]
}

function ofDecision(key: FlowKey, hit: PolicyHit): readonly Unknowable[] {
  const direction = directionOf(key.reporter) ?? 'reported'
  const place = placeOf(hit)
  if (place === 'end of tier') {
    return [
      {
        what: 'why no rule of the tier matched',
        why: 'A trace holds no rule that did not match, and names one policy of the tier only.',
        learn: `Read the ${direction} rules of every policy of the tier that selects this end, or evaluate the flow against the policies.`,
      },
    ]
  }
  if (place !== 'rule') return []
  const rule: Unknowable = {
    what: 'what the rule says',
    why: 'A trace holds the number of a rule, as it was when the connection was opened; the policy may have changed since.',
    learn: `Count the policy's ${direction} rules from 1, and compare when the policy was changed with when the flow began.`,
  }
  if (!isConvertedKind(hit.kind)) return [rule]
  return [
    {
      ...rule,
      what: 'which rule of the manifest it was',
      why: 'Calico converts this kind: each rule of the manifest becomes one for each protocol and peer, and the number counts those.',
      learn: 'Expand the rules in their order: for each protocol by name, one for each peer.',
    },
  ]
}

/** Whether an end may report flows: only workloads do, and an unrecorded type may be one. */
function reports(end: 'source' | 'destination', key: FlowKey): boolean {
  const type = end === 'source' ? key.sourceType : key.destType
  return type !== 'HostEndpoint' && !isOutsidePolicies(end, key)
}

function ofOtherEnd(key: FlowKey): readonly Unknowable[] {
  const { reporter } = key
  const direction = directionOf(reporter)
  if (direction === null) {
    return [
      {
        what: 'which end reported it',
        why: 'The record does not say, so whether ingress or egress rules decided is open.',
        learn: 'Read the flows from Goldmane itself, which records the reporter.',
      },
    ]
  }
  const other = direction === 'egress' ? 'destination' : 'source'
  return [
    {
      what: `what the ${other} decided`,
      why: `This is the ${reportingEnd(reporter)}'s record; the policies of the other end are not in it.`,
      learn: reports(other, key)
        ? `Look for the ${other}'s record of the same ends, protocol and port.`
        : `Only pods report flows, and the ${other} is none: look at the ${other} itself.`,
    },
  ]
}

function ofDenial({ action }: FlowKey): readonly Unknowable[] {
  if (action !== 'Deny') return []
  return [
    {
      what: 'whether the packets were dropped in fact',
      why: 'With DropActionOverride set Calico records Deny and may let the traffic go on.',
      learn: 'Look at dropActionOverride in the FelixConfiguration, and whether the counters show replies.',
    },
  ]
}

function ofPending({ policies }: FlowKey): readonly Unknowable[] {
  if (policies.pending.length > 0) {
    return [
      {
        what: 'what a staged deletion would do',
        why: 'Staged policies with stagedAction Delete never reach the evaluation, so the pending trace leaves them out.',
        learn: 'Evaluate the flow against the policies without the ones to be deleted.',
      },
    ]
  }
  return [
    {
      what: 'what the staged policies would do',
      why: 'The pending trace is empty, which means that it was not computed.',
      learn: 'Look at flowLogsPolicyEvaluationMode in the FelixConfiguration; Continuous computes it.',
    },
  ]
}

/** What the record of a flow cannot tell, the trace first, then the ends, then what holds for every flow. */
export function unknowables({ key }: LabelledKey): readonly Unknowable[] {
  const source = partsText(sourceParts(key))
  const dest = partsText(destParts(key))
  return [
    ...ofTrace(key),
    ...ofPending(key),
    ...ofOtherEnd(key),
    ...behind(key.sourceType, key.sourceNamespace, key.sourceName, source),
    ...behind(key.destType, key.destNamespace, key.destName, dest),
    ADDRESSES,
    ...(key.proto === 'tcp' || key.proto === 'udp' || key.proto === 'sctp' ? [SOURCE_PORT] : []),
    {
      what: 'labels that are not listed',
      why: 'Labels are what all pods of the record share over the whole time, so one that is not there may still be on some.',
      learn: 'Read the labels of the pods themselves (kubectl get pods --show-labels).',
    },
    ...ofDenial(key),
  ]
}
