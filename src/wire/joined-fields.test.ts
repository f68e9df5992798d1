import { fromBinary, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { anyFlow } from '../capture/testing/arbitrary-messages.ts'
import { FlowKeySchema, FlowResultSchema, FlowSchema, PolicyTraceSchema } from '../gen/goldmane/api_pb.ts'
import { decodeLabels, decodeTrace } from './decode-blob.ts'
import { joinFields, RESULT_SHAPE } from './joined-fields.ts'
import { ProtobufWriter } from './protobuf-writer.ts'
import { RecordReader } from './record-reader.ts'
import { flowToMessage } from './testing/flow-to-message.ts'

/** Bytes with each of the parts as a field of that number. */
function fields(number: number, parts: readonly Uint8Array[]): Uint8Array {
  const writer = new ProtobufWriter()
  for (const part of parts) writer.bytes(number, part)
  return writer.written()
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const writer = new ProtobufWriter()
  for (const part of parts) writer.raw(part)
  return writer.written()
}

test('a result in parts, joined, is the same result with each message in one piece', () => {
  fc.assert(
    fc.property(anyFlow, anyFlow, (one, other) => {
      const parts = [flowToMessage(one), flowToMessage(other)].map(({ Key, ...flow }) => {
        if (Key?.policies === undefined) throw new Error('a flow without a trace')
        const { policies, ...key } = Key
        const trace = toBinary(PolicyTraceSchema, policies)
        return concat(
          toBinary(FlowSchema, flow),
          fields(1, [fields(15, [trace]), toBinary(FlowKeySchema, key)]),
          fields(4, [Uint8Array.of(0x61)]),
        )
      })
      const result = concat(Uint8Array.of(8, 7), fields(2, parts))
      const merged = fromBinary(FlowResultSchema, result)
      expect(fromBinary(FlowResultSchema, joinFields(result, RESULT_SHAPE))).toEqual(merged)
      // RecordReader finds each list and each message in one place only.
      expect(contentOf(result)).toEqual(contentOf(toBinary(FlowResultSchema, merged)))
    }),
  )
})

function contentOf(result: Uint8Array) {
  const reader = new RecordReader()
  reader.readResult(result)
  const { bytes, starts, ends, labelStarts, labelEnds, id, numbers, keyNumbers } = reader
  return {
    id,
    numbers: [...numbers],
    keyNumbers: [...keyNumbers],
    texts: TEXT_FIELDS.map((field) => [...bytes.subarray(starts[field], ends[field])]),
    trace: decodeTrace(bytes.subarray(starts[15], ends[15])),
    labels: [4, 5].map((field) => decodeLabels(bytes.subarray(labelStarts[field], labelEnds[field]))),
  }
}

/** Field numbers of FlowKey. */
const TEXT_FIELDS = [1, 2, 4, 5, 8, 9, 10, 12]
