import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { demoFlows } from '../../src/demo/cluster.ts'
import {
  FlowListRequestSchema,
  FlowStreamRequestSchema,
  type FlowResult,
} from '../../src/gen/goldmane/api_pb.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { createDemoFeed } from './demo-cluster.ts'

const START = 1_790_000_010

/** A demo whose clock the test sets. */
function demoAt(start: number) {
  const clock = { now: start }
  const goldmane = new Goldmane({ now: () => clock.now })
  return { clock, goldmane, feed: createDemoFeed(goldmane, () => clock.now) }
}

/** The bucket starts of the next results of a stream, up to the bucket `last`. */
async function startsUntil(stream: AsyncIterable<FlowResult>, last: number): Promise<Set<number>> {
  const starts = new Set<number>()
  for await (const { flow } of stream) {
    starts.add(Number(flow?.startTime))
    if (starts.has(last)) break
  }
  return starts
}

test('an hour is there at once, and nothing of it is lost', () => {
  const { goldmane, feed } = demoAt(START)
  feed()
  expect(goldmane.losses.flowsOutsideRing).toBe(0)
  const { flows } = goldmane.list(create(FlowListRequestSchema, { startTimeGte: BigInt(START - 3600) }))
  expect(Math.min(...flows.map(({ flow }) => Number(flow?.startTime)))).toBe(START - 3600)
})

test('each bucket has exactly the flows of the demo, however often it is fed', () => {
  const { goldmane, feed } = demoAt(START + 3)
  feed()
  feed()
  const { flows } = goldmane.list(
    create(FlowListRequestSchema, { startTimeGte: BigInt(START - 15), startTimeLt: BigInt(START) }),
  )
  const bytes = flows.reduce((sum, { flow }) => sum + Number(flow?.bytesIn), 0)
  expect(bytes).toBe(demoFlows(START - 15).reduce((sum, flow) => sum + (flow.bytesIn ?? 0), 0))
})

test('a stream gets every bucket, also those during which the machine slept', async () => {
  const { clock, goldmane, feed } = demoAt(START)
  feed()
  const stop = new AbortController()
  const request = create(FlowStreamRequestSchema, { startTimeGte: BigInt(START - 45) })
  const stream = goldmane.stream(request, stop.signal)
  clock.now = START + 120
  feed()
  const starts = await startsUntil(stream, START + 90)
  stop.abort()
  expect([...starts]).toEqual([-45, -30, -15, 0, 15, 30, 45, 60, 75, 90].map((offset) => START + offset))
})
