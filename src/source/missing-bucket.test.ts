import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'

import { buildFlow } from '../flows/testing/build.ts'
import {
  FilterSchema,
  FlowListRequestSchema,
  FlowListResultSchema,
  FlowResultSchema,
} from '../gen/goldmane/api_pb.ts'
import { flowToMessage } from '../wire/testing/flow-to-message.ts'
import { encodeFrame, TRAILERS_FLAG } from './grpc-web-frame.ts'
import { listBucket } from './missing-bucket.ts'

const BUCKET = 1_790_000_010
const NEVER = new AbortController().signal

function resultOf(id: number, startTime: number) {
  const flow = flowToMessage(buildFlow({}, { startTime, endTime: startTime + 15 }))
  return create(FlowResultSchema, { id: BigInt(id), flow })
}

/** A server that answers with these bytes and then OK, and keeps the request. */
function answering(...messages: readonly Uint8Array[]) {
  const requests: { url: string; body: Uint8Array }[] = []
  const frames = [
    ...messages.map((message) => encodeFrame(message)),
    encodeFrame(new TextEncoder().encode('grpc-status: 0\r\n'), TRAILERS_FLAG),
  ]
  const fetcher: typeof fetch = async (url, init) => {
    if (typeof url !== 'string' || !(init?.body instanceof Uint8Array)) throw new Error('odd call')
    requests.push({ url, body: init.body })
    const headers = { 'content-type': 'application/grpc-web+proto' }
    return new Response(new Blob(frames).stream(), { headers })
  }
  return { requests, fetcher }
}

test('asks for exactly one bucket, with the filter of the stream', async () => {
  const { requests, fetcher } = answering(toBinary(FlowListResultSchema, create(FlowListResultSchema)))
  const backend = create(FilterSchema, { destNamespaces: [{ value: 'backend' }] })
  const filter = toBinary(FilterSchema, backend)
  await listBucket({ endpoint: 'http://127.0.0.1/sub/', filter, fetch: fetcher }, BUCKET, NEVER)
  expect(requests[0]?.url).toBe('http://127.0.0.1/sub/goldmane.Flows/List')
  const request = fromBinary(FlowListRequestSchema, requests[0]?.body.subarray(5) ?? new Uint8Array())
  expect(request).toMatchObject({ startTimeGte: BigInt(BUCKET), startTimeLt: BigInt(BUCKET + 15) })
  expect(request.filter?.destNamespaces[0]?.value).toBe('backend')
})

test('returns the encoded records of the bucket, and none without data or of another bucket', async () => {
  const wanted = [resultOf(1, BUCKET), resultOf(2, BUCKET)]
  const flows = [...wanted, resultOf(3, 0), resultOf(4, BUCKET + 15), resultOf(5, BUCKET - 15)]
  const { fetcher } = answering(
    toBinary(FlowListResultSchema, create(FlowListResultSchema, { meta: { totalPages: 1n }, flows })),
  )
  const records = await listBucket(
    { endpoint: 'http://127.0.0.1/', filter: null, fetch: fetcher },
    BUCKET,
    NEVER,
  )
  expect(records).toEqual(wanted.map((each) => toBinary(FlowResultSchema, each)))
})

test('an answer that cannot be read is an error, not an empty bucket', async () => {
  const { fetcher } = answering(Uint8Array.of(0x12, 5, 1))
  const target = { endpoint: 'http://127.0.0.1/', filter: null, fetch: fetcher }
  await expect(listBucket(target, BUCKET, NEVER)).rejects.toMatchObject({ code: 'DATA_LOSS' })
})

test('an abort ends it with its reason', async () => {
  const { fetcher } = answering()
  const target = { endpoint: 'http://127.0.0.1/', filter: null, fetch: fetcher }
  const aborted = AbortSignal.abort(new Error('closed'))
  await expect(listBucket(target, BUCKET, aborted)).rejects.toThrow('closed')
})
