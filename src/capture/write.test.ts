import { fromJsonString, toJson } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { COUNTER_NAMES, UNRECORDED } from '../flows/counters.ts'
import type { Flow } from '../flows/flow.ts'
import { buildFlow } from '../flows/testing/build.ts'
import { FlowSchema } from '../gen/goldmane/api_pb.ts'
import { anyFlow } from './testing/arbitrary-messages.ts'
import { flowToMessage } from '../wire/testing/flow-to-message.ts'
import { readAll } from './testing/samples.ts'
import { writeFlow } from './write.ts'

describe('writing a flow', () => {
  test('gives one line that reads back as the same flow', async () => {
    // Of each flow some counters were not recorded, and all have a start, as Goldmane's have.
    const flow = fc
      .record({ like: anyFlow, unrecorded: fc.subarray([...COUNTER_NAMES]) })
      .map(({ like, unrecorded }): Flow => ({
        ...like,
        startTime: Math.max(1, like.startTime),
        ...Object.fromEntries(unrecorded.map((name) => [name, null])),
      }))
    await fc.assert(
      fc.asyncProperty(fc.array(flow, { maxLength: 5 }), async (flows) => {
        const lines = flows.map(writeFlow)
        expect(lines.join('')).not.toContain('\n')
        const { flows: read, refused } = await readAll(lines.join('\n'))
        expect(read).toEqual(flows)
        expect(refused).toBe(0)
      }),
    )
  })

  test('gives what protobuf itself writes as JSON', () => {
    fc.assert(
      fc.property(anyFlow, (flow) => {
        // Calico up to 3.31 had these two kinds; today's protobuf knows only their numbers.
        const json = JSON.stringify(toJson(FlowSchema, flowToMessage(flow)))
          .replaceAll('"kind":7', '"kind":"AdminNetworkPolicy"')
          .replaceAll('"kind":8', '"kind":"BaselineAdminNetworkPolicy"')
        expect(JSON.parse(writeFlow(flow))).toEqual(JSON.parse(json))
      }),
    )
  })

  test('keeps counters that were not recorded apart from zeros, in JSON that protobuf accepts', async () => {
    const flow = buildFlow({}, { ...UNRECORDED, packetsIn: 0, numConnectionsCompleted: 0 })
    const written = writeFlow(flow)
    expect((await readAll(written)).flows).toEqual([flow])
    expect(fromJsonString(FlowSchema, written)).toMatchObject({ bytesIn: 0n, numConnectionsStarted: 0n })
  })

  test('keeps a key alone without counters', async () => {
    const flow = { ...buildFlow(), ...UNRECORDED, startTime: 0, endTime: 0 }
    expect((await readAll(writeFlow(flow))).flows).toEqual([flow])
  })

  test('keeps a word outside an enum', async () => {
    const flow = buildFlow({ action: 'Unknown(Audit)', reporter: 'Unknown(7)' })
    const { flows, unknown } = await readAll(writeFlow(flow))
    expect(flows).toEqual([flow])
    expect(unknown).toBe(2)
  })
})
