import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildEndOfTier, buildFlow, buildHit } from '../flows/testing/build.ts'
import { FlowSchema } from '../gen/goldmane/api_pb.ts'
import { anyFlow } from '../capture/testing/arbitrary-messages.ts'
import { flowFromMessage } from './testing/flow-from-message.ts'
import { flowToMessage } from './testing/flow-to-message.ts'

describe('Goldmane messages', () => {
  test('round-trip every flow', () => {
    fc.assert(
      fc.property(anyFlow, (flow) => {
        const bytes = toBinary(FlowSchema, flowToMessage(flow))
        expect(flowFromMessage(fromBinary(FlowSchema, bytes))).toEqual(flow)
      }),
    )
  })

  test('are read with hits in order of evaluation', () => {
    const [first, second] = [buildHit({ name: 'first' }), buildEndOfTier('second', { policyIndex: 1 })]
    const message = flowToMessage(buildFlow({ policies: { enforced: [second, first], pending: [] } }))
    expect(flowFromMessage(message)?.key.policies.enforced).toEqual([first, second])
  })

  test('hold 0 for connections that were not recorded, and the unspecified value for an enum known by name only', () => {
    const message = flowToMessage(buildFlow({ action: 'Unknown(Audit)' }, { numConnectionsLive: null }))
    const flow = flowFromMessage(message)
    expect(flow?.numConnectionsLive).toBe(0)
    expect(flow?.key.action).toBe('ActionUnspecified')
  })

  test('without a key are read as undefined', () => {
    expect(flowFromMessage(create(FlowSchema, { startTime: 15n }))).toBeUndefined()
  })
})
