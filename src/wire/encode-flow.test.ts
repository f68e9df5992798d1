import { toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { anyFlow } from '../capture/testing/arbitrary-messages.ts'
import { FlowSchema } from '../gen/goldmane/api_pb.ts'
import { writeFlowFields } from './encode-flow.ts'
import { ProtobufWriter } from './protobuf-writer.ts'
import { flowToMessage } from './testing/flow-to-message.ts'

test('a flow is encoded to the bytes that protobuf-es writes', () => {
  const writer = new ProtobufWriter()
  fc.assert(
    fc.property(anyFlow, (flow) => {
      writer.reset()
      writeFlowFields(writer, flow)
      expect(writer.written()).toEqual(toBinary(FlowSchema, flowToMessage(flow)))
    }),
  )
})
