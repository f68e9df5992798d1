/**
 * Fetches one bucket by Goldmane's Flows.List, for a gap of the stream: late flows reach no stream, but List has them.
 * The answer is split into the encoded records that it holds, which are not decoded here.
 */
import { encodeBucketRequest, isOfBucket, resultsInList } from '../wire/bucket-list.ts'
import { RecordReader } from '../wire/record-reader.ts'
import { messageOf } from './error-message.ts'
import { readAnswer } from './frame-reader.ts'
import { GrpcError } from './grpc-error.ts'
import { encodeFrame } from './grpc-web-frame.ts'
import { fetchResponse } from './network.ts'

/** A bucket of 100,000 flows. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024
/** Milliseconds: Goldmane serves all calls in one loop, which a back-fill can hold up. */
const TIMEOUT_MS = 30_000

export interface BucketSource {
  /** An absolute URL with a trailing slash; `goldmane.Flows/List` is appended. */
  readonly endpoint: string
  /** Which flows Goldmane lists: an encoded goldmane.Filter; null for all. */
  readonly filter: Uint8Array | null
  readonly fetch: typeof fetch
}

/**
 * The encoded FlowResults of the bucket that starts at `bucket` (Unix seconds). Throws NetworkError, GrpcError, or the
 * signal's reason after an abort.
 */
export async function listBucket(
  { endpoint, filter, fetch: fetcher }: BucketSource,
  bucket: number,
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  const ending = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  const response = await fetchResponse(fetcher, `${endpoint}goldmane.Flows/List`, {
    method: 'POST',
    headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' },
    body: encodeFrame(encodeBucketRequest(bucket, filter)),
    cache: 'no-store',
    signal: ending,
  })
  const answers: Uint8Array[] = []
  for await (const messages of readAnswer(response, { signal: ending, maxMessageBytes: MAX_ANSWER_BYTES }))
    answers.push(...messages)
  return answers.flatMap((answer) => recordsOf(answer, bucket))
}

/** The records of a goldmane.FlowListResult that are of the bucket. */
function recordsOf(answer: Uint8Array, bucket: number): readonly Uint8Array[] {
  const record = new RecordReader()
  try {
    return [...resultsInList(answer)].filter((result) => isOfBucket(record, result, bucket))
  } catch (error) {
    throw new GrpcError('DATA_LOSS', `a goldmane.FlowListResult cannot be read: ${messageOf(error)}`)
  }
}
