/** Tells the format of a JSON value. It decides record by record, because people concatenate captures. */
import { type BareTrace, bareTraceIn, withPolicies } from './bare-trace.ts'
import { isHeader } from './capture-header.ts'
import { isObject, type Json } from './json-fields.ts'
import { type Foreign, foreignObject, isMetricPoint } from './foreign.ts'
import { isFelix } from './felix.ts'
import { hubbleFlowIn, hubbleLoss, isHubbleNews, isHubbleReply } from './hubble.ts'
import type { FinerUnit } from './json-time.ts'
import { isNetObserv, netObservLeftOut } from './netobserv.ts'

/** The formats of a record, with the words for each on the screen. */
export const KIND_WORDS = {
  whisker: 'Whisker records',
  protojson: 'Goldmane flows (protojson)',
  'go-json': 'Goldmane flows (Go JSON)',
  'key-alone': 'Goldmane flow keys',
  protobuf: 'Goldmane flows (protobuf)',
  parquet: 'Goldmane flows (Parquet)',
  'trace-alone': 'Policy traces without a flow',
  felix: 'Felix flow logs',
  hubble: 'Flows of Cilium Hubble',
  netobserv: 'Flows of the Network Observability operator',
  kernel: "Kernel lines of Calico's Log action",
  'kernel-timeless':
    "Kernel lines of Calico's Log action, without times, as their dates have no year or no zone",
  'node-text': 'Text of calico-node -flows',
} as const
export type Kind = keyof typeof KIND_WORDS

export type Classified =
  | { readonly is: 'whisker' | 'felix'; readonly record: Json }
  | { readonly is: 'protojson' | 'go-json'; readonly record: Json; readonly key: Json }
  | { readonly is: 'key-alone'; readonly key: Json }
  | { readonly is: 'trace-alone'; readonly trace: BareTrace }
  | { readonly is: 'hubble' | 'netobserv'; readonly record: Json }
  /** Hubble says that it lost events. */
  | { readonly is: 'lost'; readonly reason: string }
  | { readonly is: 'foreign'; readonly foreign: Foreign }
  /** The header of a capture of ours. */
  | { readonly is: 'header'; readonly record: Json }
  /** An error that a server answered with. */
  | { readonly is: 'error'; readonly message: string }
  /** A server's answer with an empty list. */
  | { readonly is: 'empty-list' }
  | { readonly is: 'unknown' }

/** No tool wraps a record in more objects than this. */
const MAX_WRAPPERS = 4

/**
 * The record inside the wrappers of some tools: FlowResult and FlowUpdate's `flow`, Elasticsearch's `_source`, the list
 * of an answer where there is one record instead of a list.
 */
function unwrapped(value: Json): Json {
  let record = value
  for (let depth = 0; depth < MAX_WRAPPERS; depth++) {
    const inner = [record._source, record.items, record.flows].find(isObject)
    if (inner === undefined) break
    record = inner
  }
  return isObject(record.flow) && isObject(record.flow.Key) ? record.flow : record
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && isObject(value[0])
}

/** A FlowKey has its hits as objects; Felix's logs have texts under the same names. */
function isKeyAlone(record: Json): boolean {
  if (!isObject(record.policies)) return false
  const { enforced_policies, enforcedPolicies, pending_policies, pendingPolicies } = record.policies
  return [enforced_policies, enforcedPolicies, pending_policies, pendingPolicies].some(isListOfObjects)
}

function isWhisker(record: Json): boolean {
  if (typeof record.protocol === 'string' && typeof record.source_labels === 'string') return true
  return isObject(record.policies) && ('enforced' in record.policies || 'pending' in record.policies)
}

function isGoJson(key: Json): boolean {
  return [key.reporter, key.action, key.source_type].some((value) => typeof value === 'number')
}

function classifyHubble(value: Json): Classified | undefined {
  const flow = hubbleFlowIn(value)
  if (flow !== undefined)
    return isHubbleReply(flow) ? { is: 'foreign', foreign: 'hubble-reply' } : { is: 'hubble', record: flow }
  if (!isHubbleNews(value)) return undefined
  const reason = hubbleLoss(value)
  return reason === undefined ? { is: 'foreign', foreign: 'hubble-news' } : { is: 'lost', reason }
}

function classifyNetObserv(record: Json): Classified | undefined {
  if (!isNetObserv(record)) return undefined
  const foreign = netObservLeftOut(record)
  return foreign === undefined ? { is: 'netobserv', record } : { is: 'foreign', foreign }
}

export function classify(value: unknown): Classified {
  if (isMetricPoint(value)) return { is: 'foreign', foreign: 'loki' }
  if (!isObject(value)) return { is: 'unknown' }
  if (isHeader(value)) return { is: 'header', record: value }
  const record = unwrapped(value)
  if (isObject(record.Key))
    return { is: isGoJson(record.Key) ? 'go-json' : 'protojson', record, key: record.Key }
  const trace = bareTraceIn(record)
  if (trace !== undefined) return { is: 'trace-alone', trace }
  if (isKeyAlone(record)) return { is: 'key-alone', key: record }
  const other = classifyHubble(record) ?? classifyNetObserv(record)
  if (other !== undefined) return other
  const foreign = foreignObject(record)
  if (foreign !== undefined) return { is: 'foreign', foreign }
  if (isFelix(record)) return { is: 'felix', record }
  const flat = withPolicies(record)
  if (flat !== undefined) return { is: 'whisker', record: flat }
  if (isWhisker(record)) return { is: 'whisker', record }
  if (typeof record.error === 'string') return { is: 'error', message: record.error }
  if (record.items === null || record.flows === null || isObject(record.meta)) return { is: 'empty-list' }
  return { is: 'unknown' }
}

/** Whether a value is certainly a record of ours. The search after something broken must not guess. */
export function isRecord(value: unknown): boolean {
  const { is } = classify(value)
  return ['whisker', 'protojson', 'go-json', 'felix', 'hubble', 'netobserv', 'header'].includes(is)
}

/** The formats of Whisker and Goldmane. */
const OWN_KINDS: ReadonlySet<Kind> = new Set([
  'whisker',
  'protojson',
  'go-json',
  'key-alone',
  'protobuf',
  'parquet',
  'trace-alone',
])

/**
 * The format of a capture in words, from those of its records and the units of their times that are not seconds. Null
 * when it had no record of ours.
 */
export function formatOf(kinds: ReadonlySet<Kind>, units: ReadonlySet<FinerUnit>): string | null {
  const records = recordsInWords(kinds)
  return records === null || units.size === 0 ? records : `${records}, times in ${[...units].join(' and ')}`
}

function recordsInWords(kinds: ReadonlySet<Kind>): string | null {
  const [only, ...others] = kinds
  if (only === undefined) return null
  if (others.length === 0) return KIND_WORDS[only]
  if (![...kinds].every((kind) => OWN_KINDS.has(kind)))
    return [...kinds].map((kind) => KIND_WORDS[kind]).join('; ')
  return kinds.has('whisker') ? 'Whisker and Goldmane records' : 'Goldmane flows in several forms'
}
