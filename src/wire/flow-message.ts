/** Converts between Goldmane's messages, as protobuf-es has them, and the types of `flows/flow.ts`. */
import { create } from '@bufbuild/protobuf'

import {
  ACTIONS,
  type Counters,
  ENDPOINT_TYPES,
  type FlowKey,
  fromWire,
  POLICY_KINDS,
  type PolicyHit,
  REPORTERS,
  toWire,
} from '../flows/flow.ts'
import { inOrder } from '../flows/hit.ts'
import {
  type Action as ActionNumber,
  type EndpointType as EndpointTypeNumber,
  type Flow as FlowMessage,
  type FlowKey as FlowKeyMessage,
  FlowKeySchema,
  type PolicyHit as PolicyHitMessage,
  PolicyHitSchema,
  type PolicyKind as PolicyKindNumber,
  PolicyTraceSchema,
  type Reporter as ReporterNumber,
} from '../gen/goldmane/api_pb.ts'

// The casts: proto3 enums are open, so any number is valid, while the generated types allow only those they know.
const actionNumber = (name: string) => toWire(ACTIONS, name) as ActionNumber
const reporterNumber = (name: string) => toWire(REPORTERS, name) as ReporterNumber
const typeNumber = (name: string) => toWire(ENDPOINT_TYPES, name) as EndpointTypeNumber
const kindNumber = (name: string) => toWire(POLICY_KINDS, name) as PolicyKindNumber

function hitFromMessage(hit: PolicyHitMessage): PolicyHit {
  return {
    kind: fromWire(POLICY_KINDS, hit.kind),
    namespace: hit.namespace,
    name: hit.name,
    tier: hit.tier,
    action: fromWire(ACTIONS, hit.action),
    policyIndex: Number(hit.policyIndex),
    ruleIndex: Number(hit.ruleIndex),
    trigger: hit.trigger === undefined ? null : hitFromMessage(hit.trigger),
  }
}

function hitToMessage(hit: PolicyHit): PolicyHitMessage {
  const message = create(PolicyHitSchema, {
    kind: kindNumber(hit.kind),
    namespace: hit.namespace,
    name: hit.name,
    tier: hit.tier,
    action: actionNumber(hit.action),
    policyIndex: BigInt(hit.policyIndex),
    ruleIndex: BigInt(hit.ruleIndex),
  })
  if (hit.trigger !== null) message.trigger = hitToMessage(hit.trigger)
  return message
}

/** The key of a message, with hits in order of evaluation. */
export function keyFromMessage(key: FlowKeyMessage): FlowKey {
  return {
    sourceName: key.sourceName,
    sourceNamespace: key.sourceNamespace,
    sourceType: fromWire(ENDPOINT_TYPES, key.sourceType),
    destName: key.destName,
    destNamespace: key.destNamespace,
    destType: fromWire(ENDPOINT_TYPES, key.destType),
    destPort: Number(key.destPort),
    destServiceName: key.destServiceName,
    destServiceNamespace: key.destServiceNamespace,
    destServicePortName: key.destServicePortName,
    destServicePort: Number(key.destServicePort),
    proto: key.proto,
    reporter: fromWire(REPORTERS, key.reporter),
    action: fromWire(ACTIONS, key.action),
    policies: {
      enforced: inOrder((key.policies?.enforcedPolicies ?? []).map(hitFromMessage)),
      pending: inOrder((key.policies?.pendingPolicies ?? []).map(hitFromMessage)),
    },
  }
}

/** The message of a key. An enum value known by name only (`Unknown(Audit)`) becomes the unspecified one. */
export function keyToMessage(key: FlowKey): FlowKeyMessage {
  return create(FlowKeySchema, {
    ...key,
    sourceType: typeNumber(key.sourceType),
    destType: typeNumber(key.destType),
    destPort: BigInt(key.destPort),
    destServicePort: BigInt(key.destServicePort),
    reporter: reporterNumber(key.reporter),
    action: actionNumber(key.action),
    policies: create(PolicyTraceSchema, {
      enforcedPolicies: key.policies.enforced.map(hitToMessage),
      pendingPolicies: key.policies.pending.map(hitToMessage),
    }),
  })
}

/** The counters of a message. None is null, because protobuf has no "not recorded". */
export function countersFromMessage(flow: FlowMessage): Counters {
  return {
    packetsIn: Number(flow.packetsIn),
    packetsOut: Number(flow.packetsOut),
    bytesIn: Number(flow.bytesIn),
    bytesOut: Number(flow.bytesOut),
    numConnectionsStarted: Number(flow.numConnectionsStarted),
    numConnectionsCompleted: Number(flow.numConnectionsCompleted),
    numConnectionsLive: Number(flow.numConnectionsLive),
  }
}
