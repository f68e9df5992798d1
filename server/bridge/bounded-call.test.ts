// The bounded calls of viewers who may see some namespaces only: answered from the ring, never by Goldmane.
import { type DescMessage, create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import {
  FilterHintsRequestSchema,
  FilterHintsResultSchema,
  FilterType,
  FlowListRequestSchema,
  FlowListResultSchema,
  StatisticsRequestSchema,
  StatisticsResultSchema,
} from '../../src/gen/goldmane/api_pb.ts'
import { bucketsAgo } from '../../src/goldmane/testing/fixture.ts'
import { ensure } from '../../src/lib/assert.ts'
import { range, startLive } from '../testing/bridge-scene.ts'
import { flowAt } from '../testing/followed-goldmane.ts'
import { callWeb, frame } from '../testing/grpc-web-client.ts'

async function startScoped(namespace: string) {
  const scene = await startLive({
    viewer: { name: 'eve', namespaces: new Set([namespace]), hidesOtherEnd: false },
    prepare: (goldmane) => {
      for (const n of range(0, 5)) {
        goldmane.ingest(flowAt(bucketsAgo(n), 1, { sourceNamespace: 'shop', destNamespace: 'bank' }))
        goldmane.ingest(flowAt(bucketsAgo(n), 2, { sourceNamespace: 'bank', destNamespace: 'bank' }))
      }
    },
  })
  for (const call of ['List', 'FilterHints', 'Statistics'] as const)
    scene.goldmane.fail({ call, code: 2, message: 'this call reached Goldmane', times: 9 })
  return {
    call: <Desc extends DescMessage>(path: string, schema: Desc, request: MessageInitShape<Desc>) =>
      callWeb(scene.base, { path, body: frame(Buffer.from(toBinary(schema, create(schema, request)))) }),
  }
}

test('List has the flows of those namespaces', async () => {
  const { call } = await startScoped('shop')
  const { status, messages } = await call('goldmane.Flows/List', FlowListRequestSchema, {})
  expect(status).toBe(0)
  const { flows } = fromBinary(FlowListResultSchema, ensure(messages[0], 'answer'))
  expect(flows.map(({ flow }) => flow?.Key?.destPort)).toEqual([1n])
})

test('FilterHints has the names of those flows', async () => {
  const { call } = await startScoped('shop')
  const { status, messages } = await call('goldmane.Flows/FilterHints', FilterHintsRequestSchema, {
    type: FilterType.FilterTypeSourceNamespace,
  })
  expect(status).toBe(0)
  const { hints } = fromBinary(FilterHintsResultSchema, ensure(messages[0], 'answer'))
  expect(hints.map(({ value }) => value)).toEqual(['shop'])
})

test('Statistics has the traffic of those flows', async () => {
  const { call } = await startScoped('shop')
  const request = { startTimeGte: BigInt(bucketsAgo(4)), startTimeLt: BigInt(bucketsAgo(1)) }
  const { status, messages } = await call('goldmane.Statistics/List', StatisticsRequestSchema, request)
  expect(status).toBe(0)
  expect(messages.length).toBeGreaterThan(0)
  for (const message of messages) expect(() => fromBinary(StatisticsResultSchema, message)).not.toThrow()
})

test('Statistics of nothing has one empty result before its status, as Goldmane', async () => {
  const { call } = await startScoped('empty')
  const { status, messages } = await call('goldmane.Statistics/List', StatisticsRequestSchema, {})
  expect(status).toBe(5)
  expect(messages).toEqual([Buffer.alloc(0)])
})

test('the refusals of Goldmane are those of the ring', async () => {
  const { call } = await startScoped('shop')
  const answer = await call('goldmane.Flows/List', FlowListRequestSchema, {
    startTimeGte: 5n,
    startTimeLt: 4n,
  })
  expect(answer).toMatchObject({ status: 3, messages: [] })
})
