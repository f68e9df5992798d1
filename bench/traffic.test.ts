import { toBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'

import { writeFlow } from '../src/capture/write.ts'
import { ENDPOINT_TYPES } from '../src/flows/flow.ts'
import { FlowSchema } from '../src/gen/goldmane/api_pb.ts'
import { flowToMessage } from '../src/wire/testing/flow-to-message.ts'
import { traffic } from './traffic.ts'

const KEYS = 2000

function flowsOf(weight: 'light' | 'full') {
  const set = traffic(KEYS, KEYS, weight)
  return Array.from({ length: KEYS }, (_, i) => set.flow(i))
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

describe('full records', () => {
  const flows = flowsOf('full')

  test('have the size that issues are measured with, as protobuf and as NDJSON', () => {
    const protobuf = mean(flows.map((flow) => toBinary(FlowSchema, flowToMessage(flow)).length))
    const lines = mean(flows.map((flow) => writeFlow(flow).length))
    expect(protobuf).toBeGreaterThan(980)
    expect(protobuf).toBeLessThan(1070)
    expect(lines).toBeGreaterThan(2150)
    expect(lines).toBeLessThan(2450)
  })

  test('have 2 to 6 hits in a trace and 6 to 8 labels of a workload', () => {
    const hits = flows.map(({ key }) => key.policies.pending.length)
    expect([Math.min(...hits), Math.max(...hits)]).toEqual([2, 6])
    const labels = flows.map(({ sourceLabels }) => sourceLabels.length)
    expect([Math.min(...labels), Math.max(...labels)]).toEqual([6, 8])
  })

  test('have ends of every type', () => {
    const types = new Set(flows.map(({ key }) => key.destType))
    expect([...types].toSorted()).toEqual(
      ENDPOINT_TYPES.filter((type) => type !== 'EndpointTypeUnspecified').toSorted(),
    )
  })
})

test.each(['light', 'full'] as const)('%s keys differ from each other', (weight) => {
  const keys = new Set(flowsOf(weight).map(({ key }) => JSON.stringify(key)))
  expect(keys.size).toBe(KEYS)
})
