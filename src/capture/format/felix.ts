/**
 * Felix's own flow logs, which Calico Enterprise and Calico Cloud write: the lines of `flows.log`, also with what fluentd,
 * fluent-bit and Linseed add, and out of Elasticsearch. The fields and their meaning are those of tigera/docs,
 * calico-enterprise/observability/elastic/flow/datatypes.mdx; docs/captures.md says what becomes of each.
 */
import {
  type Action,
  type EndpointType,
  type Flow,
  type FlowKey,
  type PolicyHit,
  type PolicyTrace,
  type Reporter,
} from '../../flows/flow.ts'
import { inOrder, namedPolicy } from '../../flows/hit.ts'
import { storedProtocol } from '../../flows/spelling.ts'
import { FieldError, isObject, type Json, portOf, recordedCountOf, textOf, textsOf } from './json-fields.ts'
import { felixHit, HitFault } from './felix-hit.ts'
import { timeOf } from './json-time.ts'

/** What Felix writes where it has no value, or where it aggregated several. */
const NONE = '-'

/** Whether a record is one of Felix. Its policies are texts, unlike those of Goldmane's keys. */
export function isFelix(record: Json): boolean {
  if ('source_name_aggr' in record || 'dest_name_aggr' in record) return true
  return 'proto' in record && 'num_flows' in record
}

const ENDPOINT_TYPES: ReadonlyMap<string, EndpointType> = new Map([
  ['', 'EndpointTypeUnspecified'],
  [NONE, 'EndpointTypeUnspecified'],
  ['wep', 'WorkloadEndpoint'],
  ['hep', 'HostEndpoint'],
  ['ns', 'NetworkSet'],
  ['net', 'Network'],
])

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['', 'ActionUnspecified'],
  [NONE, 'ActionUnspecified'],
  ['allow', 'Allow'],
  ['deny', 'Deny'],
  ['pass', 'Pass'],
])

const REPORTERS: ReadonlyMap<string, Reporter> = new Map([
  ['', 'ReporterUnspecified'],
  [NONE, 'ReporterUnspecified'],
  ['src', 'Src'],
  ['dst', 'Dst'],
])

/** A node that forwarded the traffic, and is neither of its ends. */
const FORWARDER = 'Unknown(fwd)'

/** The value of a closed list that a word stands for; `Unknown(…)` for a word that is not in it. */
function wordOf<Value extends string>(
  values: ReadonlyMap<string, Value>,
  text: string,
): Value | `Unknown(${string})` {
  return values.get(text.toLowerCase()) ?? `Unknown(${text})`
}

/**
 * The end that reported. A node that merely forwards reports as `fwd`; where its record was joined with that of an end
 * (`dst, fwd`), the end counts, because the enforced and pending policies are the end's. `fwd` alone is
 * {@link FORWARDER}.
 */
function reporterOf(text: string): Reporter {
  const reporters = text.split(',').map((each) => each.trim())
  const ends = reporters.filter((each) => each !== 'fwd')
  return wordOf(REPORTERS, ends.length === 1 ? (ends[0] ?? '') : text)
}

/**
 * The name of an end as Goldmane has it: the aggregated one, because the other end's record of the same conversation, and
 * a log that aggregates, have no other. The plain name counts only where there is no aggregated one.
 */
function nameOf(record: Json, aggregated: string, plain: string): string {
  const name = textOf(record[aggregated], aggregated)
  if (name !== '' && name !== NONE) return name
  const own = textOf(record[plain], plain)
  return own === NONE ? '' : own
}

/** Labels, of which Felix writes `{"labels":[…]}`, null or a hyphen. */
function labelsOf(value: unknown, field: string): readonly string[] {
  if (value === NONE) return []
  return isObject(value) ? textsOf(value.labels, `${field}.labels`) : textsOf(value, field)
}

/** The hits of one list in their order, which the list itself does not keep; undefined where it is not recorded. */
function hitsIn(policies: Json, name: string): readonly PolicyHit[] | undefined {
  const list = policies[name]
  if (list === undefined || list === null) return undefined
  const field = `policies.${name}`
  const hits = textsOf(list, field).map((text, i) => {
    const hit = felixHit(text)
    if (hit instanceof HitFault) throw new FieldError(`${field}[${i}]`, text, `a policy hit ${hit.wanted}`)
    return hit
  })
  const ordered = inOrder(hits)
  for (const [i, hit] of ordered.entries()) {
    if (i > 0 && ordered[i - 1]?.policyIndex === hit.policyIndex)
      throw new FieldError(field, list, `one trace: two hits have the position ${hit.policyIndex}`)
  }
  return ordered
}

function isStaged(hit: PolicyHit): boolean {
  return namedPolicy(hit).kind.startsWith('Staged')
}

/**
 * The enforced hits among all: those of staged policies decide nothing, and each is taken out of the positions behind it
 * (felix/collector/flowlog/types.go:288-303).
 */
function enforcedAmong(all: readonly PolicyHit[]): readonly PolicyHit[] {
  if (!all.some(isStaged)) return all
  let staged = 0
  return all.flatMap((hit) => {
    if (!isStaged(hit)) return [{ ...hit, policyIndex: hit.policyIndex - staged }]
    staged++
    return []
  })
}

/**
 * The trace. Versions without `enforced_policies` have only `all_policies`, which names the enforced hits too. Where only
 * a forwarding node reported, its `transit_policies` are what was enforced; they belong to no end, and are left out where
 * an end reported too. Pending hits are those of `pending_policies`: they do not follow from the older list.
 */
function traceOf(value: unknown, reporter: Reporter): PolicyTrace {
  const policies = value ?? {}
  if (!isObject(policies)) throw new FieldError('policies', policies, 'an object')
  const own = hitsIn(policies, 'enforced_policies') ?? enforcedAmong(hitsIn(policies, 'all_policies') ?? [])
  const isInTransit = own.length === 0 && reporter === FORWARDER
  const enforced = isInTransit ? (hitsIn(policies, 'transit_policies') ?? []) : own
  return { enforced, pending: hitsIn(policies, 'pending_policies') ?? [] }
}

function keyOf(record: Json): FlowKey {
  const text = (field: string) => textOf(record[field], field)
  const port = (field: string) => portOf(record[field], field)
  const reporter = reporterOf(text('reporter'))
  return {
    sourceName: nameOf(record, 'source_name_aggr', 'source_name'),
    sourceNamespace: text('source_namespace') || NONE,
    sourceType: wordOf(ENDPOINT_TYPES, text('source_type')),
    destName: nameOf(record, 'dest_name_aggr', 'dest_name'),
    destNamespace: text('dest_namespace') || NONE,
    destType: wordOf(ENDPOINT_TYPES, text('dest_type')),
    destPort: port('dest_port'),
    destServiceName: text('dest_service_name'),
    destServiceNamespace: text('dest_service_namespace'),
    destServicePortName: text('dest_service_port'),
    destServicePort: port('dest_service_port_num'),
    proto: protocolOf(record.proto),
    reporter,
    action: wordOf(ACTIONS, text('action')),
    policies: traceOf(record.policies, reporter),
  }
}

/** The protocol's name in lower case, or its number as text where it has no name. */
function protocolOf(value: unknown): string {
  const text = Number.isSafeInteger(value) ? String(value) : textOf(value, 'proto')
  return text === NONE ? '' : storedProtocol(text)
}

/** The flow of a Felix record. Throws a FieldError. */
export function felixFlow(record: Json): Flow {
  const counter = (field: string) => recordedCountOf(record[field], field)
  return {
    key: keyOf(record),
    sourceLabels: labelsOf(record.source_labels, 'source_labels'),
    destLabels: labelsOf(record.dest_labels, 'dest_labels'),
    startTime: timeOf(record.start_time ?? record.startTime, 'start_time'),
    endTime: timeOf(record.end_time ?? record.endTime, 'end_time'),
    packetsIn: counter('packets_in'),
    packetsOut: counter('packets_out'),
    bytesIn: counter('bytes_in'),
    bytesOut: counter('bytes_out'),
    numConnectionsStarted: counter('num_flows_started'),
    numConnectionsCompleted: counter('num_flows_completed'),
    // `num_flows` also counts connections that ended within the interval.
    numConnectionsLive: null,
  }
}
