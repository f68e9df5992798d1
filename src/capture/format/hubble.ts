/**
 * Flows of Cilium Hubble as JSON (cilium/cilium, api/v1/flow/flow.proto), alone or in the envelope of its exporter.
 *
 * One event of Hubble is one record. It counts neither packets nor bytes nor connections. Where Cilium's words and
 * Calico's do not mean the same, the recorded word stays, or the field stays open.
 */
import { UNRECORDED } from '../../flows/counters.ts'
import {
  type Action,
  type Flow,
  fromName,
  isUnknown,
  POLICY_KINDS,
  type PolicyHit,
  type Reporter,
} from '../../flows/flow.ts'
import { storedProtocol } from '../../flows/spelling.ts'
import { endsOfKey, type KeyEnd } from './key-ends.ts'
import { isTrue, memberOf, objectOf, objectsOf, textIn, timestampOf, wordOf } from './hubble-fields.ts'
import { fromDigits, isObject, type Json, portOf, textsOf } from './json-fields.ts'
import { NO_SERVICE, UNKNOWN_RULE_INDEX } from './not-recorded.ts'

const VERDICTS = {
  0: 'VERDICT_UNKNOWN',
  1: 'FORWARDED',
  2: 'DROPPED',
  3: 'ERROR',
  4: 'AUDIT',
  5: 'REDIRECTED',
  6: 'TRACED',
  7: 'TRANSLATED',
} as const

/** The drop reasons that are a policy's decision: no rule allows, a rule denies, a rule asks for authentication. */
const POLICY_DROP_REASONS = {
  0: 'DROP_REASON_UNKNOWN',
  133: 'POLICY_DENIED',
  181: 'POLICY_DENY',
  189: 'AUTH_REQUIRED',
} as const

const DIRECTIONS = { 0: 'TRAFFIC_DIRECTION_UNKNOWN', 1: 'INGRESS', 2: 'EGRESS' } as const

/** Event types (cilium/cilium, pkg/monitor/api/types.go) whose drops are policy's: a policy verdict, the L7 proxy's log. */
const POLICY_EVENT_TYPES: ReadonlySet<unknown> = new Set([5, 129])

/** Cilium's reserved identities (pkg/identity/numericidentity.go), for records whose labels were masked. */
const RESERVED_IDENTITIES: ReadonlyMap<unknown, string> = new Map([
  [1, 'reserved:host'],
  [2, 'reserved:world'],
  [3, 'reserved:unmanaged'],
  [4, 'reserved:health'],
  [5, 'reserved:init'],
  [6, 'reserved:remote-node'],
  [7, 'reserved:kube-apiserver'],
  [8, 'reserved:ingress'],
  [9, 'reserved:world-ipv4'],
  [10, 'reserved:world-ipv6'],
])

/** The members of `l4`, with the protocol's name or number as Calico writes it. */
const PROTOCOLS: readonly (readonly [member: string, proto: string])[] = [
  ['TCP', 'tcp'],
  ['UDP', 'udp'],
  ['SCTP', 'sctp'],
  ['ICMPv4', 'icmp'],
  ['ICMPv6', 'icmp6'],
  ['VRRP', storedProtocol('112')],
  ['IGMP', storedProtocol('2')],
]

/** Whether an object is a flow of Hubble by itself. A verdict alone may be anybody's. */
function isHubbleFlow(record: Json): boolean {
  return (
    record.verdict !== undefined &&
    (['IP', 'l4'].some((name) => memberOf(record, name) !== undefined) || isObject(record.source))
  )
}

/** The flow in an envelope of Hubble, which has the node's name or the time beside it; undefined for other objects. */
export function hubbleFlowIn(record: Json): Json | undefined {
  const { flow } = record
  if (!isObject(flow)) return isHubbleFlow(record) ? record : undefined
  if (isHubbleFlow(flow)) return flow.time === undefined ? { ...flow, time: record.time } : flow
  return isObject(flow.IP) && memberOf(record, 'node_name') !== undefined ? flow : undefined
}

const ENVELOPES = ['lost_events', 'node_status', 'agent_event', 'debug_event'] as const

/** Whether an object is an envelope of Hubble without a flow: what it says of itself. */
export function isHubbleNews(record: Json): boolean {
  return (
    ('node_name' in record || 'nodeName' in record) &&
    ENVELOPES.some((name) => isObject(memberOf(record, name)))
  )
}

/** What an envelope says of events that Hubble lost; undefined when it says something else. */
export function hubbleLoss(record: Json): string | undefined {
  const lost = memberOf(record, 'lost_events')
  if (!isObject(lost)) return undefined
  const count = fromDigits(memberOf(lost, 'num_events_lost'))
  const number = typeof count === 'number' && count > 0 ? String(count) : 'an unknown number of'
  return `Hubble says that it lost ${number} events here`
}

/** Whether a flow is a reply: its connection is told by the events of the request. */
export function isHubbleReply(flow: Json): boolean {
  return isTrue(memberOf(flow, 'is_reply'))
}

/** The event's own id; empty when it is not recorded. */
export function hubbleUuid(flow: Json): string {
  const uuid = memberOf(flow, 'uuid')
  return typeof uuid === 'string' ? uuid : ''
}

/**
 * The action that a verdict stands for: only a forwarded packet was allowed, only one dropped by policy denied. An
 * audited one was let through though policy says no; a redirected one is the proxy's to decide; traced and translated
 * ones were decided elsewhere. Those, and drops for any other reason, are no verdicts of policy.
 */
function actionOf(flow: Json): Action {
  const verdict = wordOf(VERDICTS, memberOf(flow, 'verdict'), 'verdict')
  if (isUnknown(verdict)) return verdict
  if (verdict === 'FORWARDED') return 'Allow'
  return verdict === 'DROPPED' && isPolicyDrop(flow) ? 'Deny' : 'ActionUnspecified'
}

function isPolicyDrop(flow: Json): boolean {
  const recorded = memberOf(flow, 'drop_reason_desc') ?? memberOf(flow, 'drop_reason')
  const reason = wordOf(POLICY_DROP_REASONS, recorded, 'drop_reason_desc')
  if (isUnknown(reason)) return false
  if (reason !== 'DROP_REASON_UNKNOWN') return true
  // The reason may be masked, or not exist as for the proxy: then the type of the event tells.
  return POLICY_EVENT_TYPES.has(fromDigits(objectOf(flow, 'event_type').type))
}

interface End extends KeyEnd {
  readonly labels: readonly string[]
}

/**
 * An end by its pod, workload, reserved identity or address, the first that is recorded. `reserved:world` is not
 * Calico's `pub`: to Cilium private addresses outside the cluster are the world too.
 */
function endOf(flow: Json, side: 'source' | 'destination'): End {
  const end = objectOf(flow, side)
  const recordedLabels = textsOf(memberOf(end, 'labels'), `${side}.labels`)
  const namespace = textIn(end, 'namespace') || '-'
  const labels = recordedLabels.map((label) => label.replace(/^k8s:/, ''))
  const name = textIn(end, 'pod_name') || objectsOf(end, 'workloads').map((item) => textIn(item, 'name'))[0]
  if (name !== undefined && name !== '') return { name, namespace, type: 'WorkloadEndpoint', labels }
  const reserved =
    recordedLabels.find((label) => label.startsWith('reserved:')) ??
    RESERVED_IDENTITIES.get(fromDigits(memberOf(end, 'identity')))
  const type = reserved?.startsWith('reserved:world') === true ? 'Network' : 'EndpointTypeUnspecified'
  return { name: reserved ?? textIn(objectOf(flow, 'IP'), side), namespace, type, labels }
}

function protocolAndPort(flow: Json): { readonly proto: string; readonly destPort: number } {
  const l4 = objectOf(flow, 'l4')
  for (const [member, proto] of PROTOCOLS) {
    const header = l4[member]
    if (!isObject(header)) continue
    const destPort = portOf(memberOf(header, 'destination_port'), 'destination_port')
    return { proto, destPort }
  }
  return { proto: '', destPort: 0 }
}

function reporterOf(flow: Json): Reporter {
  const direction = wordOf(DIRECTIONS, memberOf(flow, 'traffic_direction'), 'traffic_direction')
  if (isUnknown(direction)) return direction
  return direction === 'EGRESS' ? 'Src' : direction === 'INGRESS' ? 'Dst' : 'ReporterUnspecified'
}

/** Older versions of Cilium have kind and name of a policy in its labels alone. */
const POLICY_LABEL = /^k8s:io\.cilium\.k8s\.policy\.(derived-from|name|namespace)=(.*)$/

function hitOf(policy: Json, action: Action): PolicyHit {
  const labels = new Map<string | undefined, string | undefined>()
  for (const label of textsOf(policy.labels, 'labels')) {
    const match = POLICY_LABEL.exec(label)
    if (match !== null) labels.set(match[1], match[2])
  }
  const kind = textIn(policy, 'kind') || (labels.get('derived-from') ?? '')
  return {
    kind: kind === '' ? 'KindUnspecified' : fromName(POLICY_KINDS, kind),
    namespace: textIn(policy, 'namespace') || (labels.get('namespace') ?? ''),
    name: textIn(policy, 'name') || (labels.get('name') ?? ''),
    // Cilium has no tiers.
    tier: '',
    action,
    policyIndex: 0,
    ruleIndex: UNKNOWN_RULE_INDEX,
    trigger: null,
  }
}

/**
 * The policies that Cilium names for the action, in its order. A default deny has none: no rule matched, and Cilium does
 * not say whose selectors led to it. Without a direction, the policies of the only end that has any.
 */
function hitsOf(flow: Json, action: Action, reporter: Reporter): readonly PolicyHit[] {
  if (action !== 'Allow' && action !== 'Deny') return []
  const how = action === 'Allow' ? 'allowed_by' : 'denied_by'
  const egress = reporter === 'Dst' ? [] : objectsOf(flow, `egress_${how}`)
  const ingress = reporter === 'Src' ? [] : objectsOf(flow, `ingress_${how}`)
  if (egress.length > 0 && ingress.length > 0) return []
  return [...egress, ...ingress]
    .map((policy) => hitOf(policy, action))
    .filter(({ name }) => name !== '')
    .map((hit, policyIndex) => ({ ...hit, policyIndex }))
}

/** The flow of an event of Hubble. Throws a FieldError. */
export function hubbleFlow(flow: Json): Flow {
  const source = endOf(flow, 'source')
  const dest = endOf(flow, 'destination')
  const service = objectOf(flow, 'destination_service')
  const action = actionOf(flow)
  const reporter = reporterOf(flow)
  const time = timestampOf(memberOf(flow, 'time'), 'time')
  return {
    key: {
      ...endsOfKey(source, dest),
      ...NO_SERVICE,
      destServiceName: textIn(service, 'name'),
      destServiceNamespace: textIn(service, 'namespace'),
      ...protocolAndPort(flow),
      reporter,
      action,
      policies: { enforced: hitsOf(flow, action, reporter), pending: [] },
    },
    sourceLabels: source.labels,
    destLabels: dest.labels,
    startTime: time,
    endTime: time,
    ...UNRECORDED,
  }
}
