import { ProtobufWriter } from './protobuf-writer.ts'

/**
 * The encoded goldmane.FlowStreamRequest (proto/goldmane/api.proto). `startTimeGte` is what `startOfStream` returns,
 * `filter` an encoded goldmane.Filter, or null for all flows.
 */
export function encodeStreamRequest(startTimeGte: number, filter: Uint8Array | null): Uint8Array {
  const writer = new ProtobufWriter()
  writer.varint(1, startTimeGte)
  if (filter !== null) writer.bytes(2, filter)
  return writer.written()
}
