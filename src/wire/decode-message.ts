/** Decodes encoded Goldmane messages with protobuf-es, for captures. RecordReader is the fast path, for streams. */
import { fromBinary } from '@bufbuild/protobuf'

import type { Flow } from '../flows/flow.ts'
import { FlowResultSchema, FlowSchema } from '../gen/goldmane/api_pb.ts'
import { flowFromMessage } from './flow-message.ts'
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
