/** Asks Flows.List for the records of one bucket, and takes them to the ring. */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { FlowResultSchema } from '../../src/gen/goldmane/api_pb.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { encodeBucketRequest, isOfBucket, resultsInList } from '../../src/wire/bucket-list.ts'
import { RecordReader } from '../../src/wire/record-reader.ts'
import { MalformedRecordError } from '../../src/wire/wire-reader.ts'
import { encodeFrame } from '../grpc/frame.ts'
import { GRPC, nameOfCode } from '../grpc/grpc-status.ts'
import type { RecordSink } from './record-sink.ts'
import { callUnary } from './unary-call.ts'
import type { Upstream } from './upstream.ts'

const TIMEOUT_MS = 30_000
/** 20,000 flows are 13 MB. */
const MAX_ANSWER_BYTES = 64 << 20
/** Records between two turns of the event loop, so that viewers are served meanwhile: some 5 ms. */
const RECORDS_PER_TURN = 1000

export interface BucketList {
  /** The records that the ring did not hold before. */
  readonly records: number
  /** A sentence without a full stop; null when Goldmane has answered. */
  readonly failure: string | null
}

/** Never rejects. */
export async function listBucket(
  upstream: Upstream,
  clock: Clock,
  ring: RecordSink,
  bucket: number,
  signal: AbortSignal,
): Promise<BucketList> {
  const body = encodeFrame(encodeBucketRequest(bucket))
  const { status, message } = await callUnary(upstream, clock, {
    path: '/goldmane.Flows/List',
    body,
    timeoutMs: TIMEOUT_MS,
    maxMessageBytes: MAX_ANSWER_BYTES,
    signal,
  })
  if (status.code !== GRPC.OK) {
    return { records: 0, failure: `List failed (${nameOfCode(status.code)}): ${status.message}` }
  }
  try {
    return { records: await appendAll(message ?? Buffer.alloc(0), ring, bucket, signal), failure: null }
  } catch {
    return { records: 0, failure: 'Goldmane answered List with something else than a list' }
  }
}

/** Throws when the bytes are no goldmane.FlowListResult. */
async function appendAll(
  list: Uint8Array,
  ring: RecordSink,
  bucket: number,
  signal: AbortSignal,
): Promise<number> {
  const record = new RecordReader()
  let stored = 0
  let count = 0
  for (const result of resultsInList(list)) {
    if (signal.aborted) break
    if (isReadableOf(record, result, bucket) && ring.append(withoutId(result)) === 'stored') stored += 1
    count += 1
    if (count % RECORDS_PER_TURN === 0) {
      ring.publish()
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
  }
  ring.publish()
  return stored
}

/** Of the bucket, and no malformed record, which is left out. */
function isReadableOf(reader: RecordReader, result: Uint8Array, bucket: number): boolean {
  try {
    return isOfBucket(reader, result, bucket)
  } catch (error) {
    if (error instanceof MalformedRecordError) return false
    throw error
  }
}

/**
 * The flow of an encoded goldmane.FlowResult without its id: the answer may come over another connection than the
 * stream, from a Goldmane that was restarted and gives other ids.
 */
function withoutId(result: Uint8Array): Uint8Array {
  const reader = new BinaryReader(result)
  if (result[0] !== ID_TAG) return result
  reader.tag()
  reader.skip(WireType.Varint)
  return result.subarray(reader.pos)
}

const ID_TAG = (FlowResultSchema.field.id.number << 3) | WireType.Varint
