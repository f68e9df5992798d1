/** Encodes a flow as goldmane.Flow (proto/goldmane/api.proto), field by field, as protobuf itself writes it. */
import {
  ACTIONS,
  ENDPOINT_TYPES,
  type Flow,
  type FlowKey,
  POLICY_KINDS,
  type PolicyHit,
  REPORTERS,
  toWire,
} from '../flows/flow.ts'
import type { ProtobufWriter } from './protobuf-writer.ts'

/**
 * Writes the fields of a flow. Counts that were not recorded are left out, which every reader takes for 0, and a value
 * that is known by a word outside its enum (`Unknown(Audit)`) becomes the unspecified one: protobuf has neither.
 */
export function writeFlowFields(writer: ProtobufWriter, flow: Flow): void {
  writer.message(1, () => writeKey(writer, flow.key))
  writer.varint(2, flow.startTime)
  writer.varint(3, flow.endTime)
  for (const label of flow.sourceLabels) writer.text(4, label, true)
  for (const label of flow.destLabels) writer.text(5, label, true)
  writer.varint(6, flow.packetsIn ?? 0)
  writer.varint(7, flow.packetsOut ?? 0)
  writer.varint(8, flow.bytesIn ?? 0)
  writer.varint(9, flow.bytesOut ?? 0)
  writer.varint(10, flow.numConnectionsStarted ?? 0)
  writer.varint(11, flow.numConnectionsCompleted ?? 0)
  writer.varint(12, flow.numConnectionsLive ?? 0)
}

function writeKey(writer: ProtobufWriter, key: FlowKey): void {
  writer.text(1, key.sourceName)
  writer.text(2, key.sourceNamespace)
  writer.varint(3, toWire(ENDPOINT_TYPES, key.sourceType))
  writer.text(4, key.destName)
  writer.text(5, key.destNamespace)
  writer.varint(6, toWire(ENDPOINT_TYPES, key.destType))
  writer.varint(7, key.destPort)
  writer.text(8, key.destServiceName)
  writer.text(9, key.destServiceNamespace)
  writer.text(10, key.destServicePortName)
  writer.varint(11, key.destServicePort)
  writer.text(12, key.proto)
  writer.varint(13, toWire(REPORTERS, key.reporter))
  writer.varint(14, toWire(ACTIONS, key.action))
  const { enforced, pending } = key.policies
  writer.message(15, () => {
    for (const hit of enforced) writeHit(writer, 1, hit)
    for (const hit of pending) writeHit(writer, 2, hit)
  })
}

/** Writes a hit as a field of that number; its own fields are goldmane.PolicyHit's. */
export function writeHit(writer: ProtobufWriter, field: number, hit: PolicyHit): void {
  writer.message(field, () => {
    writer.varint(1, toWire(POLICY_KINDS, hit.kind))
    writer.text(2, hit.namespace)
    writer.text(3, hit.name)
    writer.text(4, hit.tier)
    writer.varint(5, toWire(ACTIONS, hit.action))
    writer.varint(6, hit.policyIndex)
    writer.varint(7, hit.ruleIndex)
    if (hit.trigger !== null) writeHit(writer, 8, hit.trigger)
  })
}
