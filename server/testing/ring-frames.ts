/** For tests of the ring: encoded records, and what a reader's frames hold. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'

import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import type { Flow, FlowKey } from '../../src/flows/flow.ts'
import { buildFlow } from '../../src/flows/testing/build.ts'
import { type FlowResult, FlowResultSchema } from '../../src/gen/goldmane/api_pb.ts'
import { flowToMessage } from '../../src/wire/testing/flow-to-message.ts'
import type { RingReader } from '../upstream/ring/ring-view.ts'

/** The start of bucket 0, Unix seconds. */
const START = 1_790_000_010

export const startOf = (bucket: number): number => START + bucket * BUCKET_SECONDS

/** An encoded goldmane.FlowResult of a bucket, counted from {@link START}. */
export function encodedResult(
  id: number,
  bucket: number,
  key: Partial<FlowKey> = {},
  flow: Partial<Omit<Flow, 'key'>> = {},
): Uint8Array {
  const times = { startTime: startOf(bucket), endTime: startOf(bucket + 1) }
  const message = flowToMessage(buildFlow(key, { ...times, ...flow }))
  return toBinary(FlowResultSchema, create(FlowResultSchema, { id: BigInt(id), flow: message }))
}

/** The messages in whole gRPC frames. Throws when a frame is cut or compressed. */
export function messagesIn(frames: Buffer): Buffer[] {
  const messages: Buffer[] = []
  for (let at = 0; at < frames.length;) {
    const end = at + 5 + frames.readUInt32BE(at + 1)
    if (frames[at] !== 0 || end > frames.length) throw new Error(`no whole frame at byte ${at}`)
    messages.push(frames.subarray(at + 5, end))
    at = end
  }
  return messages
}

/** Reads until there is nothing more now. */
export function readAll(reader: RingReader, maxBytes = 64 * 1024): FlowResult[] {
  const results: FlowResult[] = []
  for (let frames = reader.read(maxBytes); frames !== null; frames = reader.read(maxBytes)) {
    if (frames.length === 0) throw new Error('a read without a frame')
    results.push(...messagesIn(frames).map((message) => fromBinary(FlowResultSchema, message)))
  }
  return results
}
