/** Encoded Goldmane messages to the vocabulary, with protobuf-es: the general decoder. */
import { create, fromBinary } from '@bufbuild/protobuf'

import type { Flow, PolicyTrace } from '../flows/flow.ts'
import { FlowKeySchema, FlowResultSchema, FlowSchema, PolicyTraceSchema } from '../gen/goldmane/api_pb.ts'
import { flowFromMessage, keyFromMessage } from './flow-message.ts'
import { isWellFormed } from './well-formed.ts'

/** Which message a record is encoded as: Flows.Stream and List send results, captures may hold bare flows. */
export type RecordMessage = 'FlowResult' | 'Flow'

/**
 * The flow of an encoded goldmane.FlowResult or goldmane.Flow; undefined when it has no key, which no Goldmane sends.
 * @throws Error of protobuf-es when the bytes are not such a message
 */
export function decodeFlow(bytes: Uint8Array, message: RecordMessage): Flow | undefined {
  const flow =
    message === 'FlowResult' ? fromBinary(FlowResultSchema, bytes).flow : fromBinary(FlowSchema, bytes)
  return flow === undefined ? undefined : flowFromMessage(flow)
}

/** Whether bytes are exactly one such message, as a serializer writes it ({@link isWellFormed}). */
export function isWellFormedFlow(bytes: Uint8Array, message: RecordMessage): boolean {
  return isWellFormed(message === 'FlowResult' ? FlowResultSchema : FlowSchema, bytes)
}

/** The traces of an encoded goldmane.PolicyTrace, hits in order of evaluation. */
export function decodeTrace(bytes: Uint8Array): PolicyTrace {
  return keyFromMessage(create(FlowKeySchema, { policies: fromBinary(PolicyTraceSchema, bytes) })).policies
}

/** The labels in a sequence of `source_labels` or of `dest_labels` fields of goldmane.Flow, tags included. */
export function decodeLabels(bytes: Uint8Array): readonly string[] {
  const { sourceLabels, destLabels } = fromBinary(FlowSchema, bytes)
  return sourceLabels.length > 0 ? sourceLabels : destLabels
}
