/** Writing flows as Goldmane's protojson, the form that grpcurl and Goldmane's exporters give. */
import type { Json } from './format/json-fields.ts'
import type { Flow, FlowKey, LabelledKey, PolicyHit, PolicyTrace } from '../flows/flow.ts'

/** Protojson omits zeros and writes 64-bit numbers in quotes. JSON.stringify leaves out what is undefined. */
function int64(value: number): string | undefined {
  return value === 0 ? undefined : String(value)
}

function text(value: string): string | undefined {
  return value === '' ? undefined : value
}

function list<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length === 0 ? undefined : values
}

/** Protojson writes an enum value outside the enum as its number; an unknown word stays a word. */
function word(name: string, unspecified: string): string | number | undefined {
  if (name === unspecified) return undefined
  const unknown = /^Unknown\((.*)\)$/s.exec(name)?.[1]
  if (unknown === undefined) return name
  return /^(0|-?[1-9]\d{0,8})$/.test(unknown) ? Number(unknown) : unknown
}

function hitJson(hit: PolicyHit): object {
  return {
    kind: word(hit.kind, 'KindUnspecified'),
    namespace: text(hit.namespace),
    name: text(hit.name),
    tier: text(hit.tier),
    action: word(hit.action, 'ActionUnspecified'),
    policyIndex: int64(hit.policyIndex),
    ruleIndex: int64(hit.ruleIndex),
    trigger: hit.trigger === null ? undefined : hitJson(hit.trigger),
  }
}

/** A key as an object of Goldmane's protojson. */
export function keyJson(key: FlowKey): Json {
  return {
    sourceName: text(key.sourceName),
    sourceNamespace: text(key.sourceNamespace),
    sourceType: word(key.sourceType, 'EndpointTypeUnspecified'),
    destName: text(key.destName),
    destNamespace: text(key.destNamespace),
    destType: word(key.destType, 'EndpointTypeUnspecified'),
    destPort: int64(key.destPort),
    destServiceName: text(key.destServiceName),
    destServiceNamespace: text(key.destServiceNamespace),
    destServicePortName: text(key.destServicePortName),
    destServicePort: int64(key.destServicePort),
    proto: text(key.proto),
    reporter: word(key.reporter, 'ReporterUnspecified'),
    action: word(key.action, 'ActionUnspecified'),
    policies: traceJson(key.policies),
  }
}

/** A trace as an object of Goldmane's protojson. */
export function traceJson({ enforced, pending }: PolicyTrace): Json {
  return {
    enforcedPolicies: list(enforced.map(hitJson)),
    pendingPolicies: list(pending.map(hitJson)),
  }
}

/** Null is what protojson reads as unset: it keeps "not recorded" apart from an omitted zero. */
function counter(count: number | null): string | null | undefined {
  return count === null ? null : int64(count)
}

/** A flow as an object of Goldmane's protojson; what protojson leaves out is undefined. */
export function flowJson(flow: Flow): Json {
  return { Key: keyJson(flow.key), ...valuesJson(flow) }
}

/** The labels of both ends as members of a flow. */
export function labelsJson({ sourceLabels, destLabels }: Omit<LabelledKey, 'key'>): Json {
  return { sourceLabels: list(sourceLabels), destLabels: list(destLabels) }
}

/** What a flow has besides its key. */
export function valuesJson(flow: Flow): Json {
  return {
    startTime: int64(flow.startTime),
    endTime: int64(flow.endTime),
    ...labelsJson(flow),
    packetsIn: counter(flow.packetsIn),
    packetsOut: counter(flow.packetsOut),
    bytesIn: counter(flow.bytesIn),
    bytesOut: counter(flow.bytesOut),
    numConnectionsStarted: counter(flow.numConnectionsStarted),
    numConnectionsCompleted: counter(flow.numConnectionsCompleted),
    numConnectionsLive: counter(flow.numConnectionsLive),
  }
}

/**
 * One flow as one line of Goldmane's protojson, without the newline. Reading it back gives the same flow, but for one
 * without times whose counters are all 0, which Goldmane does not have: that reads back as a key without counters.
 */
export function writeFlow(flow: Flow): string {
  return JSON.stringify(flowJson(flow))
}
