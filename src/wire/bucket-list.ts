/**
 * Goldmane's Flows.List for one bucket: late flows reach no stream, but List has them. A range of `start_time_gte` = bucket
 * and `start_time_lt` = bucket + 15 s gives what is in that bucket and nothing else.
 */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { BUCKET_SECONDS } from '../flows/bucket.ts'
import { type Filter, FlowListRequestSchema, FlowListResultSchema } from '../gen/goldmane/api_pb.ts'
import type { RecordReader } from './record-reader.ts'

/** RecordReader's numbers by Flow field number. */
const START_TIME = 2

/** The encoded goldmane.FlowListRequest for the bucket that starts at `bucket`, Unix seconds. */
export function encodeBucketRequest(bucket: number, filter: Filter | null = null): Uint8Array {
  const request: MessageInitShape<typeof FlowListRequestSchema> = {
    startTimeGte: BigInt(bucket),
    startTimeLt: BigInt(bucket + BUCKET_SECONDS),
    ...(filter === null ? {} : { filter }),
  }
  return toBinary(FlowListRequestSchema, create(FlowListRequestSchema, request))
}

/** The encoded FlowResults of a goldmane.FlowListResult. Throws when the bytes are no such message. */
export function* resultsInList(list: Uint8Array): Generator<Uint8Array, void, undefined> {
  const reader = new BinaryReader(list)
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag()
    if (field === FlowListResultSchema.field.flows.number && type === WireType.LengthDelimited)
      yield reader.bytes()
    else reader.skip(type, field)
  }
}

/**
 * Whether an encoded FlowResult is of the bucket. A key whose only data is in a bucket that the range cuts is listed with
 * a start of 0 and without data (goldmane/pkg/storage/diachronic_flow.go:211-228).
 * @throws MalformedRecordError
 */
export function isOfBucket(reader: RecordReader, result: Uint8Array, bucket: number): boolean {
  reader.readResult(result)
  const start = reader.numbers[START_TIME]!
  return start >= bucket && start < bucket + BUCKET_SECONDS
}
