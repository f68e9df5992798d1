import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { buildFlow } from '../../flows/testing/build.ts'
import type { Flow } from '../../flows/flow.ts'
import { FlowResultSchema, FlowSchema } from '../../gen/goldmane/api_pb.ts'
import { anyFlow } from '../testing/arbitrary-messages.ts'
import { flowFromMessage } from '../../wire/testing/flow-from-message.ts'
import { flowToMessage } from '../../wire/testing/flow-to-message.ts'
import { MessageCache } from './message-cache.ts'

const encoded = (flow: Flow): Uint8Array => toBinary(FlowSchema, flowToMessage(flow))
const result = (flow: Flow): Uint8Array =>
  toBinary(FlowResultSchema, create(FlowResultSchema, { id: 300n, flow: flowToMessage(flow) }))

const short = (count: number | null): number => (count ?? 0) % 2 ** 49

/** Numbers that take more than seven bytes are left to the decoder, so these are less. */
const anyShort = anyFlow.map((flow): Flow => {
  return {
    ...flow,
    packetsIn: short(flow.packetsIn),
    packetsOut: short(flow.packetsOut),
    bytesIn: short(flow.bytesIn),
    bytesOut: short(flow.bytesOut),
    numConnectionsStarted: short(flow.numConnectionsStarted),
    numConnectionsCompleted: short(flow.numConnectionsCompleted),
    numConnectionsLive: short(flow.numConnectionsLive),
  }
})

test('of a known key and labels the numbers are read, as Flow or FlowResult', () => {
  fc.assert(
    fc.property(
      anyShort,
      anyShort,
      fc.boolean(),
      ({ key, sourceLabels, destLabels, ...first }, other, isResult) => {
        const cache = new MessageCache()
        const known = { ...first, key, sourceLabels, destLabels }
        cache.add(encoded(known), known, 2)
        const later = { ...other, key, sourceLabels, destLabels }
        const bytes = (isResult ? result : encoded)(later)
        // Among others, as in a file.
        const around = Uint8Array.from([...bytes.subarray(2), ...bytes, ...bytes])
        const read = cache.lookup(around, bytes.length - 2, 2 * bytes.length - 2)
        expect(read).toEqual(later)
        expect(read?.key).toBe(key)
        expect(cache.unknown).toBe(2)
      },
    ),
  )
})

test('a message with some other bytes is read as the decoder reads it, or left to it', () => {
  fc.assert(
    fc.property(anyShort, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 3 }), (flow, at, noise) => {
      const cache = new MessageCache()
      const whole = encoded(flow)
      cache.add(whole, flow, 0)
      const bytes = whole.slice()
      bytes.set(noise, at % Math.max(1, bytes.length - noise.length))
      const read = cache.lookup(Uint8Array.from([...bytes, ...bytes]), bytes.length, bytes.length * 2)
      if (read !== undefined) expect(read).toEqual(flowFromMessage(fromBinary(FlowSchema, bytes)))
    }),
    { numRuns: 1000 },
  )
})

test('another key or other labels are left to the decoder', () => {
  const cache = new MessageCache()
  const flow: Flow = { ...buildFlow({}), sourceLabels: ['app=web'], destLabels: [] }
  cache.add(encoded(flow), flow, 0)
  expect(cache.lookup(encoded(flow))).toEqual(flow)
  expect(cache.lookup(encoded({ ...flow, sourceLabels: [], destLabels: ['app=web'] }))).toBeUndefined()
  expect(cache.lookup(encoded(buildFlow({ destName: 'another-*' })))).toBeUndefined()
  expect(cache.lookup(encoded(flow).subarray(0, -1))).toBeUndefined()
})
