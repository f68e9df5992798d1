import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'

import { FlowResultSchema } from '../src/gen/goldmane/api_pb.ts'
import { flowToMessage } from '../src/wire/testing/flow-to-message.ts'
import { framesOfTraffic } from './canned-goldmane.ts'
import { traffic } from './traffic.ts'

test.each(['light', 'full'] as const)('frames of %s traffic are what the generated code writes', (weight) => {
  const set = traffic(300, 40, weight)
  const whole = Buffer.concat(framesOfTraffic(set).chunks)
  let at = 0
  for (let i = 0; i < set.rows; i++) {
    const length = whole.readUInt32BE(at + 1)
    const message = whole.subarray(at + 5, at + 5 + length)
    const wanted = create(FlowResultSchema, {
      id: BigInt(((i * 7919) % set.keys) + 1),
      flow: flowToMessage(set.flow(i)),
    })
    expect(fromBinary(FlowResultSchema, message)).toEqual(wanted)
    expect(Buffer.compare(message, toBinary(FlowResultSchema, wanted))).toBe(0)
    at += 5 + length
  }
  expect(at).toBe(whole.length)
})
