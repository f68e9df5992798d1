/**
 * Goldmane's flows as JSON: protojson with camel-case or proto names (64-bit numbers in quotes, enums as names, zeros
 * omitted) and Go's own JSON (numbers, enums as numbers). One reader takes them all, mixtures included.
 */
import { COUNTER_NAMES } from '../../flows/counters.ts'
import { ACTIONS, ENDPOINT_TYPES, type Flow, type FlowKey, REPORTERS } from '../../flows/flow.ts'
import {
  countOrNullOf,
  enumOf,
  FieldError,
  isObject,
  type Json,
  portOf,
  textOf,
  textsOf,
} from './json-fields.ts'
import { hitsOf } from './hits.ts'
import { timeOf } from './json-time.ts'

/** The value under its camel-case or its proto name. */
function either(record: Json, camel: string, snake: string): unknown {
  const value = record[camel]
  return value === undefined ? record[snake] : value
}

function keyOf(key: Json): FlowKey {
  const text = (camel: string, snake: string) => textOf(either(key, camel, snake), camel)
  const port = (camel: string, snake: string) => portOf(either(key, camel, snake), camel)
  const policies = key.policies ?? {}
  if (!isObject(policies)) throw new FieldError('policies', policies, 'an object')
  return {
    sourceName: text('sourceName', 'source_name'),
    sourceNamespace: text('sourceNamespace', 'source_namespace'),
    sourceType: enumOf(ENDPOINT_TYPES, either(key, 'sourceType', 'source_type'), 'sourceType'),
    destName: text('destName', 'dest_name'),
    destNamespace: text('destNamespace', 'dest_namespace'),
    destType: enumOf(ENDPOINT_TYPES, either(key, 'destType', 'dest_type'), 'destType'),
    destPort: port('destPort', 'dest_port'),
    destServiceName: text('destServiceName', 'dest_service_name'),
    destServiceNamespace: text('destServiceNamespace', 'dest_service_namespace'),
    destServicePortName: text('destServicePortName', 'dest_service_port_name'),
    destServicePort: port('destServicePort', 'dest_service_port'),
    proto: textOf(key.proto, 'proto'),
    reporter: enumOf(REPORTERS, key.reporter, 'reporter'),
    action: enumOf(ACTIONS, key.action, 'action'),
    policies: {
      enforced: hitsOf(either(policies, 'enforcedPolicies', 'enforced_policies'), 'enforcedPolicies'),
      pending: hitsOf(either(policies, 'pendingPolicies', 'pending_policies'), 'pendingPolicies'),
    },
  }
}

const TIMES_AND_COUNTERS = ['startTime', 'endTime', ...COUNTER_NAMES].flatMap((name) => [
  name,
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
])

/**
 * Whether a record has neither a time nor a counter, as one of which somebody kept the key alone. Goldmane's own records
 * all have a start, beside which a counter that is missing is an omitted zero.
 */
function hasNothingCounted(flow: Json): boolean {
  return TIMES_AND_COUNTERS.every((name) => flow[name] === undefined)
}

/** The flow of a record with a `Key`. Throws a FieldError. */
export function goldmaneFlow(flow: Json, key: Json): Flow {
  const isCounted = !hasNothingCounted(flow)
  // Null is our own writer's "not recorded"; protojson omits a zero and never writes null.
  const counter = (camel: string, snake: string) =>
    isCounted ? countOrNullOf(either(flow, camel, snake), camel) : null
  return {
    key: keyOf(key),
    sourceLabels: textsOf(either(flow, 'sourceLabels', 'source_labels'), 'sourceLabels'),
    destLabels: textsOf(either(flow, 'destLabels', 'dest_labels'), 'destLabels'),
    startTime: timeOf(either(flow, 'startTime', 'start_time'), 'startTime'),
    endTime: timeOf(either(flow, 'endTime', 'end_time'), 'endTime'),
    packetsIn: counter('packetsIn', 'packets_in'),
    packetsOut: counter('packetsOut', 'packets_out'),
    bytesIn: counter('bytesIn', 'bytes_in'),
    bytesOut: counter('bytesOut', 'bytes_out'),
    numConnectionsStarted: counter('numConnectionsStarted', 'num_connections_started'),
    numConnectionsCompleted: counter('numConnectionsCompleted', 'num_connections_completed'),
    numConnectionsLive: counter('numConnectionsLive', 'num_connections_live'),
  }
}

/** The flow of a bare FlowKey, as some exporters keep it: without times, labels and counters. Throws a FieldError. */
export function goldmaneKeyAlone(key: Json): Flow {
  return goldmaneFlow({}, key)
}
