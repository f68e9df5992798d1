/**
 * Goldmane's Flows.List for one bucket: late flows reach no stream, but List has them. A range of `start_time_gte` = bucket
 * and `start_time_lt` = bucket + 15 s gives what is in that bucket and nothing else.
 */
import { BUCKET_SECONDS } from '../flows/bucket.ts'
import { ProtobufWriter } from './protobuf-writer.ts'
import type { RecordReader } from './record-reader.ts'
import { LENGTH, WireReader } from './wire-reader.ts'

/** RecordReader's numbers by Flow field number. */
const START_TIME = 2

/**
 * The encoded goldmane.FlowListRequest (proto/goldmane/api.proto) for the bucket that starts at `bucket`, Unix seconds.
 * `filter` is an encoded goldmane.Filter, or null for all flows.
 */
export function encodeBucketRequest(bucket: number, filter: Uint8Array | null = null): Uint8Array {
  const writer = new ProtobufWriter()
  writer.varint(1, bucket)
  writer.varint(2, bucket + BUCKET_SECONDS)
  if (filter !== null) writer.bytes(6, filter)
  return writer.written()
}

/**
 * The encoded FlowResults of a goldmane.FlowListResult.
 * @throws MalformedRecordError
 */
export function* resultsInList(list: Uint8Array): Generator<Uint8Array, void, undefined> {
  const reader = new WireReader(list)
  while (reader.position < list.length) {
    const tag = reader.readTag(list.length)
    if (tag !== 8 * 2 + LENGTH) {
      reader.skip(tag, list.length)
      continue
    }
    const end = reader.readLengthEnd(list.length)
    yield list.subarray(reader.position, end)
    reader.position = end
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
