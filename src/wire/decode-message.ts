/**
 * Decodes encoded Goldmane messages with protobuf-es. It accepts every valid encoding; RecordReader is the fast path for
 * the encodings that Goldmane sends.
 */
import { create, fromBinary } from '@bufbuild/protobuf'

import type { Flow, PolicyTrace } from '../flows/flow.ts'
import { FlowKeySchema, FlowResultSchema, FlowSchema, PolicyTraceSchema } from '../gen/goldmane/api_pb.ts'
import { flowFromMessage, keyFromMessage } from './flow-message.ts'
import { isWellFormed } from './well-formed.ts'

/** The message that a record is encoded as. Flows.Stream and List send FlowResult; captures may hold Flow. */
export type RecordMessage = 'FlowResult' | 'Flow'

/**
 * The flow in an encoded goldmane.FlowResult or goldmane.Flow; undefined if it has no key, which no Goldmane sends.
 * @throws Error of protobuf-es when the bytes are not such a message
 */
export function decodeFlow(bytes: Uint8Array, message: RecordMessage): Flow | undefined {
  const flow =
    message === 'FlowResult' ? fromBinary(FlowResultSchema, bytes).flow : fromBinary(FlowSchema, bytes)
  return flow === undefined ? undefined : flowFromMessage(flow)
}

/** Whether bytes are exactly one such message, as a serializer writes it; see {@link isWellFormed}. */
export function isWellFormedFlow(bytes: Uint8Array, message: RecordMessage): boolean {
  return isWellFormed(message === 'FlowResult' ? FlowResultSchema : FlowSchema, bytes)
}

/**
 * The trace in an encoded goldmane.PolicyTrace, hits in order of evaluation.
 * @throws Error of protobuf-es when the bytes are not such a message
 */
export function decodeTrace(bytes: Uint8Array): PolicyTrace {
  return keyFromMessage(create(FlowKeySchema, { policies: fromBinary(PolicyTraceSchema, bytes) })).policies
}

/**
 * The labels in consecutive `source_labels`, or `dest_labels`, fields of goldmane.Flow, tags included.
 * @throws Error of protobuf-es when the bytes are not such fields
 */
export function decodeLabels(bytes: Uint8Array): readonly string[] {
  const { sourceLabels, destLabels } = fromBinary(FlowSchema, bytes)
  return sourceLabels.length > 0 ? sourceLabels : destLabels
}
