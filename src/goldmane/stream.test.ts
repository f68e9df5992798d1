import { arbitraryKey } from '../flows/testing/arbitrary-key.ts'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Flow } from '../flows/flow.ts'
import type { FlowResult } from '../gen/goldmane/api_pb.ts'
import {
  arbitraryFlow,
  bucketsAgo,
  CURRENT,
  flowAgo,
  list,
  read,
  settle,
  startGoldmane,
  streamRequest,
  summary,
} from './testing/fixture.ts'
import { BUCKET_SECONDS } from '../flows/bucket.ts'

/** One flow in each of the given buckets. Its number of packets is the age of its bucket in intervals. */
function goldmaneWith(...buckets: number[]) {
  const started = startGoldmane()
  for (const n of buckets) started.goldmane.ingest(flowAgo(n, {}, { packetsIn: n }))
  return started
}

const startsOf = (results: readonly FlowResult[]) => summary(results).map(([, start]) => start)

describe('live', () => {
  test('a bucket comes one interval after it closed, with its bounds and its own counters', async () => {
    const { goldmane, pass } = goldmaneWith(0)
    goldmane.ingest(flowAgo(0, {}, { packetsIn: 9 }))
    const stream = read(goldmane)
    pass(1)
    expect(await stream.settled()).toEqual([])
    pass(1)
    const [result] = await stream.settled()
    expect(result).toMatchObject({
      id: 1n,
      flow: { startTime: BigInt(CURRENT), endTime: BigInt(CURRENT + 15), packetsIn: 9n },
    })
  })

  test('the same id comes again with each bucket, as a delta', async () => {
    const { goldmane, pass } = goldmaneWith(0)
    goldmane.ingest(flowAgo(-1, {}, { packetsIn: 4 }))
    const stream = read(goldmane)
    pass(5)
    expect(summary(await stream.settled())).toEqual([
      [1, 0, 0],
      [1, 1, 4],
    ])
  })

  test('a start of 0 streams no bucket that was due before, and every later one', async () => {
    const { goldmane, pass } = goldmaneWith(3, 2, 1, 0)
    const stream = read(goldmane)
    pass(3)
    expect(startsOf(await stream.settled())).toEqual([-1, 0])
  })

  test('a flow that is late for its bucket is never streamed, though List has it', async () => {
    const { goldmane, pass } = goldmaneWith(1)
    const stream = read(goldmane)
    pass(1)
    expect(summary(await stream.settled())).toEqual([[1, -1, 1]])
    goldmane.ingest(flowAgo(1, {}, { packetsIn: 100 }))
    pass(3)
    expect(summary(await stream.settled())).toEqual([[1, -1, 1]])
    expect(summary(list(goldmane).flows)).toEqual([[1, -1, 101]])
  })

  test('buckets of intervals without a rollover are sent at the next one, oldest first', async () => {
    const { goldmane, clock } = goldmaneWith(1, 0)
    const stream = read(goldmane)
    clock.now += 10 * BUCKET_SECONDS
    goldmane.rollover()
    expect(startsOf(await stream.settled())).toEqual([-1, 0])
  })
})

describe('back-fill', () => {
  test('comes oldest bucket first and stops before the bucket that is streamed next', async () => {
    const { goldmane } = goldmaneWith(1, 0, 5, 2, 4)
    const stream = read(goldmane, { startTimeGte: -3600n })
    expect(startsOf(await stream.settled())).toEqual([-5, -4, -2])
  })

  test('continues live without a bucket twice or missing', async () => {
    const { goldmane, pass } = goldmaneWith(4, 3, 2, 1, 0)
    const stream = read(goldmane, { startTimeGte: -3600n })
    pass(3)
    expect(startsOf(await stream.settled())).toEqual([-4, -3, -2, -1, 0])
  })

  test('continues live also when the ring moves before the reader starts', async () => {
    const { goldmane, pass } = goldmaneWith(4, 3, 2, 1, 0)
    const stream = read(goldmane, { startTimeGte: BigInt(bucketsAgo(3)) })
    pass(1)
    pass(1)
    expect(startsOf(await stream.settled())).toEqual([-3, -2, -1, 0])
  })

  test('sends whole buckets: data before the start, in the bucket of the start, is included', async () => {
    const { goldmane } = goldmaneWith(4, 3)
    const stream = read(goldmane, { startTimeGte: BigInt(bucketsAgo(3) + 14) })
    expect(startsOf(await stream.settled())).toEqual([-3])
  })

  test('from before the ring is the whole ring', async () => {
    const { goldmane } = goldmaneWith(240, 3)
    for (const startTimeGte of [-7200n, 5n]) {
      const stream = read(goldmane, { startTimeGte })
      expect(startsOf(await stream.settled())).toEqual([-240, -3])
    }
  })

  test.each([
    ['in the bucket that is streamed next', -8n],
    ['in the bucket that is filling', -1n],
    ['in the bucket of the future', BigInt(CURRENT + 20)],
    ['far in the future', BigInt(CURRENT + 7200)],
  ])('from %s is live only, and no replay of the hour', async (_, startTimeGte) => {
    const { goldmane, pass } = goldmaneWith(5, 2, 1)
    const stream = read(goldmane, { startTimeGte })
    expect(await stream.settled()).toEqual([])
    pass(1)
    expect(startsOf(await stream.settled())).toEqual([-1])
  })
})

test('a filter applies to back-fill and live flows', async () => {
  const { goldmane, pass } = startGoldmane()
  for (const n of [3, 0]) for (const destPort of [80, 443]) goldmane.ingest(flowAgo(n, { destPort }))
  const stream = read(goldmane, { startTimeGte: -3600n, filter: { destPorts: [{ port: 443n }] } })
  pass(2)
  expect(summary(await stream.settled())).toEqual([
    [2, -3, 6],
    [2, 0, 6],
  ])
})

/** A reader that takes one result, and the next one only when told. */
async function stalled(buckets: number[]) {
  const started = goldmaneWith(...buckets)
  const controller = new AbortController()
  const results = started.goldmane.stream(streamRequest(), controller.signal)[Symbol.asyncIterator]()
  await results.next()
  return { ...started, results, controller }
}

describe('a slow reader', () => {
  test('loses nothing while it is less than an hour behind', async () => {
    const { goldmane, results, pass } = await stalled([5, 4, 3])
    pass(200)
    expect(summary([(await results.next()).value, (await results.next()).value])).toEqual([
      [1, -4, 4],
      [1, -3, 3],
    ])
    expect(goldmane.losses.bucketsNotStreamed).toBe(0)
  })

  test('loses the oldest buckets when they leave the ring; they are counted, also after it has left', async () => {
    const { goldmane, results, pass, controller } = await stalled([6, 5, 4, 3])
    pass(237)
    expect(summary([(await results.next()).value])).toEqual([[1, -3, 3]])
    // One of the three lost buckets was being sent, and the reader had not taken all of it.
    expect(goldmane.losses.bucketsNotStreamed).toBe(3)
    controller.abort()
    expect(goldmane.losses.bucketsNotStreamed).toBe(3)
  })
})

test('all readers get the same results', async () => {
  const { goldmane, pass } = goldmaneWith(2, 1)
  const first = read(goldmane, { startTimeGte: -3600n })
  const second = read(goldmane, { startTimeGte: -3600n })
  pass(1)
  expect(await second.settled()).toEqual(await first.settled())
  expect(first.results).toHaveLength(2)
})

/** Sums the deltas by id: the counters, and the labels that all deltas share. */
function added(results: readonly FlowResult[]): Map<bigint, unknown> {
  const sums = new Map<bigint, { packets: bigint; bytes: bigint; live: bigint; labels: string[] }>()
  for (const { id, flow } of results) {
    const sum = sums.get(id)
    const labels = flow?.sourceLabels ?? []
    sums.set(id, {
      packets: (sum?.packets ?? 0n) + (flow?.packetsIn ?? 0n),
      bytes: (sum?.bytes ?? 0n) + (flow?.bytesOut ?? 0n),
      live: (sum?.live ?? 0n) + (flow?.numConnectionsLive ?? 0n),
      labels: sum === undefined ? labels : sum.labels.filter((label) => labels.includes(label)),
    })
  }
  return sums
}

const arbitraryRun = fc.array(arbitraryKey, { minLength: 1, maxLength: 4 }).chain((keys) =>
  fc.record({
    /** Flows that are in the ring before the stream starts. */
    before: fc.array(arbitraryFlow(keys, 12, -1), { maxLength: 30 }),
    /** Flows that arrive while it runs, one list per interval. */
    meanwhile: fc.array(fc.array(arbitraryFlow(keys, 0, -1), { maxLength: 5 }), { maxLength: 6 }),
    startAgo: fc.integer({ min: 30, max: 4000 }),
    /** The number of intervals that pass before the reader gets a turn. */
    turn: fc.integer({ min: 1, max: 3 }),
    destPort: fc.option(fc.constantFrom(80n, 443n)),
  }),
)

test('the deltas of a stream add up to the answer of List for the same time, for any flows and any pace of the reader', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryRun, async ({ before, meanwhile, startAgo, turn, destPort }) => {
      const { goldmane, pass } = startGoldmane()
      for (const flow of before) goldmane.ingest(flow)
      const filter = destPort === null ? {} : { destPorts: [{ port: destPort }] }
      const stream = read(goldmane, { startTimeGte: BigInt(-startAgo), filter })
      for (const [i, flows] of meanwhile.entries()) {
        for (const flow of flows) goldmane.ingest(shifted(flow, i))
        pass(1)
        if (i % turn === 0) await settle()
      }
      const results = [...(await stream.settled())]
      await stream.stop()

      const cells = results.map(({ id, flow }) => `${id}/${flow?.startTime}`)
      expect(new Set(cells).size).toBe(cells.length)
      const starts = startsOf(results)
      expect(starts).toEqual(starts.toSorted((a, b) => a - b))

      const first = Math.max(
        Math.floor((CURRENT + 7 - startAgo) / BUCKET_SECONDS) * BUCKET_SECONDS,
        bucketsAgo(240),
      )
      // The newest bucket that is due after that many intervals.
      const end = bucketsAgo(1) + meanwhile.length * BUCKET_SECONDS
      const range = { startTimeGte: BigInt(first), startTimeLt: BigInt(end) }
      const inRange = first < end ? list(goldmane, { ...range, filter }).flows : []
      expect(added(results)).toEqual(added(inRange))
    }),
  )
})

function shifted(flow: Flow, intervals: number): Flow {
  return { ...flow, startTime: flow.startTime + intervals * BUCKET_SECONDS }
}
