import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { demoFlows } from '../../src/demo/cluster.ts'
import type { DemoStep } from '../../src/demo/demo-step.ts'
import {
  Action,
  FlowListRequestSchema,
  FlowStreamRequestSchema,
  type FlowResult,
} from '../../src/gen/goldmane/api_pb.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { DemoFeed } from './demo-cluster.ts'

const START = 1_790_000_010

/** A demo whose clock the test sets. */
function demoAt(start: number, step?: DemoStep) {
  const clock = { now: start }
  const goldmane = new Goldmane({ now: () => clock.now })
  return { clock, goldmane, feed: new DemoFeed({ goldmane, clock: () => clock.now, step }) }
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
  feed.run()
  expect(goldmane.losses.flowsOutsideRing).toBe(0)
  const { flows } = goldmane.list(create(FlowListRequestSchema, { startTimeGte: BigInt(START - 3600) }))
  expect(Math.min(...flows.map(({ flow }) => Number(flow?.startTime)))).toBe(START - 3600)
})

test('each bucket has exactly the flows of the demo, however often it is fed', () => {
  const { goldmane, feed } = demoAt(START + 3)
  feed.run()
  feed.run()
  const { flows } = goldmane.list(
    create(FlowListRequestSchema, { startTimeGte: BigInt(START - 15), startTimeLt: BigInt(START) }),
  )
  const bytes = flows.reduce((sum, { flow }) => sum + Number(flow?.bytesIn), 0)
  expect(bytes).toBe(demoFlows(START - 15).reduce((sum, flow) => sum + (flow.bytesIn ?? 0), 0))
})

test('a stream gets every bucket, also those during which the machine slept', async () => {
  const { clock, goldmane, feed } = demoAt(START)
  feed.run()
  const stop = new AbortController()
  const request = create(FlowStreamRequestSchema, { startTimeGte: BigInt(START - 45) })
  const stream = goldmane.stream(request, stop.signal)
  clock.now = START + 120
  feed.run()
  const starts = await startsUntil(stream, START + 90)
  stop.abort()
  expect([...starts]).toEqual([-45, -30, -15, 0, 15, 30, 45, 60, 75, 90].map((offset) => START + offset))
})

/** What denied the lookups of frontend/web in each bucket before `end`, whose start is counted from START. */
async function lookupsDeniedBy(stream: AsyncIterable<FlowResult>, end: number) {
  const found = new Map<number, string>()
  for await (const { flow } of stream) {
    const start = Number(flow?.startTime)
    if (start >= end) break
    const key = flow?.Key
    if (key?.sourceNamespace === 'frontend' && key.destPort === 53n) {
      const hit = key.policies?.enforcedPolicies.at(-1)
      found.set(start - START, hit?.action === Action.Deny ? hit.tier : 'allowed')
    }
  }
  return found
}

test('another step comes into force with the next bucket of the stream, and the buckets of before keep theirs', async () => {
  const { clock, goldmane, feed } = demoAt(START + 3)
  feed.run()
  const stop = new AbortController()
  const request = create(FlowStreamRequestSchema, { startTimeGte: BigInt(START - 30) })
  const stream = goldmane.stream(request, stop.signal)
  expect(feed.choose('option-c')).toEqual({ step: 'option-c', from: START + 15 })
  for (let bucket = 1; bucket <= 5; bucket++) {
    clock.now = START + bucket * 15 + 1
    feed.run()
    if (bucket === 3) expect(feed.choose('option-c-repaired').from).toBe(START + 60)
  }
  clock.now = START + 7 * 15 + 1
  feed.run()
  const denied = await lookupsDeniedBy(stream, START + 75)
  stop.abort()
  expect([...denied]).toEqual([
    [-30, 'allowed'],
    [-15, 'allowed'],
    [0, 'allowed'],
    [15, 'app'],
    [30, 'app'],
    [45, 'app'],
    [60, 'allowed'],
  ])
})

test('the past hour is that of the step with which the demo begins', () => {
  const { goldmane, feed } = demoAt(START, 'default-deny')
  feed.run()
  const { flows } = goldmane.list(create(FlowListRequestSchema, { startTimeGte: BigInt(START - 3600) }))
  const lookups = flows.filter(
    ({ flow }) => flow?.Key?.sourceNamespace === 'frontend' && flow.Key.destPort === 53n,
  )
  expect(new Set(lookups.map(({ flow }) => flow?.Key?.action))).toEqual(new Set([Action.Deny]))
  expect(feed.newest).toEqual({ step: 'default-deny', from: -Infinity })
})
