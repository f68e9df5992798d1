import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { FilterSchema, FlowListRequestSchema, FlowStreamRequestSchema } from '../gen/goldmane/api_pb.ts'
import { encodeBucketRequest } from './bucket-list.ts'
import { encodeStreamRequest } from './stream-request.ts'

const anyFilter = fc.option(
  fc.string().map((value) => create(FilterSchema, { destNamespaces: [{ value }], reporter: 2 })),
)

test('a request for a stream is what protobuf-es reads', () => {
  fc.assert(
    fc.property(fc.integer({ min: -3600, max: 4_000_000_000 }), anyFilter, (start, filter) => {
      const bytes = encodeStreamRequest(start, filter === null ? null : toBinary(FilterSchema, filter))
      const wanted = create(FlowStreamRequestSchema, { startTimeGte: BigInt(start) })
      if (filter !== null) wanted.filter = filter
      expect(fromBinary(FlowStreamRequestSchema, bytes)).toEqual(wanted)
    }),
  )
})

test('a request for a bucket is what protobuf-es reads', () => {
  fc.assert(
    fc.property(fc.nat(4_000_000_000), anyFilter, (bucket, filter) => {
      const bytes = encodeBucketRequest(bucket, filter === null ? null : toBinary(FilterSchema, filter))
      const wanted = create(FlowListRequestSchema, {
        startTimeGte: BigInt(bucket),
        startTimeLt: BigInt(bucket + 15),
      })
      if (filter !== null) wanted.filter = filter
      expect(fromBinary(FlowListRequestSchema, bytes)).toEqual(wanted)
    }),
  )
})
