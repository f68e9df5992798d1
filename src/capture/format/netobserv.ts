/**
 * Flow lines of the Network Observability operator (netobserv/flowlogs-pipeline, docs of its fields: `SrcAddr`,
 * `SrcK8S_Name`, `PktDropLatestDropCause`, `NetworkEvents`). A line tells one direction of a conversation. It has a
 * verdict only where the agent recorded why packets were dropped, or which network policy saw them.
 */
import { UNRECORDED } from '../../flows/counters.ts'
import {
  type Action,
  type Counters,
  type Flow,
  fromName,
  POLICY_KINDS,
  type PolicyHit,
  type Reporter,
} from '../../flows/flow.ts'
import { storedProtocol } from '../../flows/spelling.ts'
import {
  countOf,
  FieldError,
  fromDigits,
  isObject,
  type Json,
  portOf,
  recordedCountOf,
  textOf,
} from './json-fields.ts'
import { endsOfKey, type KeyEnd } from './key-ends.ts'
import { unixSecondsOf } from './json-time.ts'
import { NO_SERVICE, UNKNOWN_RULE_INDEX } from './not-recorded.ts'

/** Whether an object is a flow line of NetObserv. */
export function isNetObserv(record: Json): boolean {
  return 'SrcAddr' in record && 'DstAddr' in record
}

/**
 * Why a line is left out: it sums up a conversation whose flows are lines of their own, or repeats what another
 * interface saw (`Duplicate`, netobserv-ebpf-agent, pkg/model/record.go). Undefined for a line that counts.
 */
export function netObservLeftOut(record: Json): 'netobserv-summary' | 'netobserv-duplicate' | undefined {
  const type = record._RecordType
  if (typeof type === 'string' && type !== '' && type !== 'flowLog') return 'netobserv-summary'
  return record.Duplicate === true ? 'netobserv-duplicate' : undefined
}

/** The drop causes that are a packet filter's decision. All others are faults of packets, routes or sockets. */
const FILTER_DROP_CAUSES: ReadonlySet<unknown> = new Set([
  'SKB_DROP_REASON_NETFILTER_DROP',
  'OVS_DROP_EXPLICIT',
])

/**
 * What a network event of OVN-Kubernetes names (`Type` of its access control lists) that is no policy: the default deny
 * of a namespace, for one, has the namespace for its name.
 */
const NAMES_NO_POLICY: ReadonlySet<string> = new Set([
  'NetpolNamespace',
  'NetpolNode',
  'MulticastNS',
  'MulticastCluster',
  'UDNIsolation',
])

interface NetworkEvent {
  readonly action: Action
  readonly type: string
  readonly name: string
  readonly namespace: string
  readonly direction: string
}

function eventActionOf(action: string): Action {
  if (action.startsWith('allow')) return 'Allow'
  if (action === 'drop' || action === 'reject') return 'Deny'
  return action === 'pass' ? 'Pass' : 'ActionUnspecified'
}

function networkEventsOf(value: unknown): readonly NetworkEvent[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new FieldError('NetworkEvents', value, 'a list')
  return value.flatMap((event: unknown) => {
    // Older agents write events as sentences, which are not parsed.
    if (!isObject(event) || event.Feature !== 'acl') return []
    const text = (name: string) => textOf(event[name], `NetworkEvents.${name}`)
    return [
      {
        action: eventActionOf(text('Action')),
        type: text('Type'),
        name: text('Name'),
        namespace: text('Namespace'),
        direction: text('Direction').toLowerCase(),
      },
    ]
  })
}

function hitOf({ type, name, namespace, action }: NetworkEvent, policyIndex: number): PolicyHit {
  return {
    kind: fromName(POLICY_KINDS, type),
    namespace,
    name,
    tier: '',
    action,
    policyIndex,
    ruleIndex: UNKNOWN_RULE_INDEX,
    trigger: null,
  }
}

type Verdict = Pick<Flow['key'], 'action' | 'reporter' | 'policies'>

const NO_VERDICT: Verdict = {
  action: 'ActionUnspecified',
  reporter: 'ReporterUnspecified',
  policies: { enforced: [], pending: [] },
}

/**
 * The verdict of the events. One that denies outweighs those that allow: both ends may have one. The policies are those
 * of one direction, as a trace is; where both ends allowed, neither is told.
 */
function verdictOfEvents(events: readonly NetworkEvent[]): Verdict | undefined {
  const denying = events.filter(({ action }) => action === 'Deny')
  const deciding = denying.length > 0 ? denying : events.filter(({ action }) => action === 'Allow')
  const [first] = deciding
  if (first === undefined) return undefined
  const isOneDirection = deciding.every(({ direction }) => direction === first.direction)
  if (!isOneDirection) return { ...NO_VERDICT, action: first.action }
  const reporter: Reporter =
    first.direction === 'egress' ? 'Src' : first.direction === 'ingress' ? 'Dst' : 'ReporterUnspecified'
  const naming = deciding.filter(({ type, name }) => name !== '' && type !== '' && !NAMES_NO_POLICY.has(type))
  return { action: first.action, reporter, policies: { enforced: naming.map(hitOf), pending: [] } }
}

/** A count of the line; null where it is not recorded. */
function counterOf(record: Json, name: string): number | null {
  return recordedCountOf(record[name], name)
}

/** Deny where a packet filter dropped every packet of the line: of the drops only the latest has a cause. */
function verdictOfDrops(record: Json): Verdict {
  const dropped = counterOf(record, 'PktDropPackets') ?? 0
  const all = dropped > 0 && dropped >= (counterOf(record, 'Packets') ?? 0)
  const isFilter = FILTER_DROP_CAUSES.has(record.PktDropLatestDropCause)
  return all && isFilter ? { ...NO_VERDICT, action: 'Deny' } : NO_VERDICT
}

/** Bytes and packets went from source to destination: in for the destination, out for everybody else. */
function countersOf(record: Json, reporter: Reporter): Counters {
  const counted = (name: string, dropped: string) => {
    const seen = counterOf(record, name)
    // A packet that was dropped at once is counted among the drops alone.
    return seen === null || seen === 0 ? (counterOf(record, dropped) ?? seen) : seen
  }
  const packets = counted('Packets', 'PktDropPackets')
  const bytes = counted('Bytes', 'PktDropBytes')
  return reporter === 'Dst'
    ? { ...UNRECORDED, packetsIn: packets, bytesIn: bytes }
    : { ...UNRECORDED, packetsOut: packets, bytesOut: bytes }
}

interface End extends KeyEnd {
  readonly isService: boolean
}

/** An end by its Kubernetes object, or else by its address. `SrcPod` and `SrcNamespace` are the names of 2021. */
function endOf(record: Json, side: 'Src' | 'Dst'): End {
  const text = (...names: readonly string[]) =>
    names.map((name) => textOf(record[side + name], side + name)).find((value) => value !== '') ?? ''
  const pod = text('K8S_Pod', 'Pod')
  const kind = text('K8S_Type')
  const name = text('K8S_Name') || pod
  return {
    name: name || text('Addr'),
    namespace: text('K8S_Namespace', 'Namespace') || '-',
    type: kind === 'Pod' || (kind === '' && pod !== '') ? 'WorkloadEndpoint' : 'EndpointTypeUnspecified',
    isService: kind === 'Service' && name !== '',
  }
}

/** Unix seconds from the first of the members that is recorded; 0 is none. Those in milliseconds end in `Ms`. */
function firstTimeOf(record: Json, names: readonly string[]): number {
  for (const name of names) {
    const value = fromDigits(record[name])
    // The unit of each member is known, so that a time that is too large for it is wrong.
    const time = unixSecondsOf(typeof value === 'number' && name.endsWith('Ms') ? value / 1000 : value, name)
    if (time > 0) return time
  }
  return 0
}

function protocolOf(record: Json): string {
  const value = fromDigits(record.Proto)
  return typeof value === 'string' || value === undefined || value === null
    ? storedProtocol(textOf(value, 'Proto'))
    : storedProtocol(String(countOf(value, 'Proto')))
}

/** The flow of a line. Throws a FieldError. */
export function netObservFlow(record: Json): Flow {
  const source = endOf(record, 'Src')
  const dest = endOf(record, 'Dst')
  const verdict = verdictOfEvents(networkEventsOf(record.NetworkEvents)) ?? verdictOfDrops(record)
  return {
    key: {
      ...endsOfKey(source, dest),
      destPort: portOf(record.DstPort, 'DstPort'),
      ...NO_SERVICE,
      destServiceName: dest.isService ? dest.name : '',
      destServiceNamespace: dest.isService ? dest.namespace : '',
      proto: protocolOf(record),
      ...verdict,
    },
    sourceLabels: [],
    destLabels: [],
    // The time at which the collector received the line stands in for times that the agent did not record.
    startTime: firstTimeOf(record, ['TimeFlowStartMs', 'TimeFlowStart', 'TimeReceived']),
    endTime: firstTimeOf(record, ['TimeFlowEndMs', 'TimeFlowEnd', 'TimeReceived']),
    ...countersOf(record, verdict.reporter),
  }
}
