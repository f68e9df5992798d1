import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildFlow, buildHit, buildKey } from '../flows/testing/build.ts'
import type { Flow } from '../flows/flow.ts'
import { arbitraryLabels, bucketsAgo, CURRENT, flowAgo } from './testing/fixture.ts'
import { PAST_BUCKETS, Ring } from './ring.ts'
import { BUCKET_SECONDS, bucketStart } from '../flows/bucket.ts'

const ring = () => new Ring(CURRENT + 7)
const idsOf = (held: Ring) => [...held.flows()].map(({ id }) => id)

describe('the span of the ring', () => {
  test('is an hour of the past, the bucket that is filling and one of the future', () => {
    const { current, oldest, end } = ring()
    expect({ current, oldest, end }).toEqual({
      current: CURRENT,
      oldest: CURRENT - 3600,
      end: CURRENT + 30,
    })
    expect((end - oldest) / BUCKET_SECONDS).toBe(242)
  })

  test.each([
    ['the first second of the oldest bucket', bucketsAgo(PAST_BUCKETS), true],
    ['the second before it', bucketsAgo(PAST_BUCKETS) - 1, false],
    ['the last second of the future bucket', CURRENT + 29, true],
    ['the second after it', CURRENT + 30, false],
    ['no time at all', 0, false],
    ['a time that is no number', Number.NaN, false],
  ])('%s', (_, startTime, kept) => {
    expect(ring().add(buildFlow({}, { startTime }))).toBe(kept)
  })

  test('a flow belongs to the bucket of its start, whatever its end', () => {
    const held = ring()
    held.add(flowAgo(3, {}, { endTime: CURRENT + 1000 }))
    expect([...held.flowsIn(bucketsAgo(3))]).toHaveLength(1)
    expect([...held.flowsIn(bucketsAgo(2))]).toHaveLength(0)
  })

  test('does not move when the clock goes back', () => {
    const held = ring()
    held.advance(CURRENT - 100)
    expect(held.current).toBe(CURRENT)
  })
})

describe('one key in one bucket', () => {
  test('sums counters and keeps the labels that all flows share', () => {
    const held = ring()
    held.add(flowAgo(1, {}, { packetsIn: 5, numConnectionsLive: null, sourceLabels: ['a=1', 'b=2'] }))
    held.add(
      flowAgo(1, {}, { packetsIn: 7, numConnectionsLive: 3, sourceLabels: ['b=2', 'c=3'], destLabels: [] }),
    )
    const [flow] = held.flowsIn(bucketsAgo(1))
    expect(flow?.buckets.get(bucketsAgo(1))).toMatchObject({
      packetsIn: 12,
      connectionsLive: 3,
      sourceLabels: ['b=2'],
      destLabels: [],
    })
  })

  test('does not change the ingested flow', () => {
    const flow = flowAgo(1, {}, { packetsIn: 5 })
    const held = ring()
    held.add(flow)
    held.add(flow)
    expect(flow.packetsIn).toBe(5)
  })
})

describe('ids', () => {
  test('count keys from 1, the same key keeps its id', () => {
    const held = ring()
    held.add(flowAgo(3, { destPort: 1 }))
    held.add(flowAgo(2, { destPort: 2 }))
    held.add(flowAgo(1, { destPort: 1 }))
    expect(idsOf(held)).toEqual([1, 2])
  })

  test('another trace is another flow', () => {
    const held = ring()
    const enforced = [buildHit()]
    held.add(flowAgo(1, { policies: { enforced, pending: [] } }))
    held.add(flowAgo(1, { policies: { enforced, pending: enforced } }))
    expect(idsOf(held)).toEqual([1, 2])
  })

  test('a key that expired and comes back has a new one', () => {
    const held = ring()
    held.add(flowAgo(0))
    held.advance(CURRENT + PAST_BUCKETS * BUCKET_SECONDS)
    expect(idsOf(held)).toEqual([1])
    held.advance(CURRENT + (PAST_BUCKETS + 1) * BUCKET_SECONDS)
    expect(idsOf(held)).toEqual([])
    held.add(buildFlow({}, { startTime: held.current }))
    expect(idsOf(held)).toEqual([2])
  })
})

test('hits are stored in the order of evaluation, whatever order they arrive in', () => {
  const held = ring()
  const pass = buildHit({ action: 'Pass', policyIndex: 0 })
  const allow = buildHit({ policyIndex: 1 })
  held.add(flowAgo(1, { policies: { enforced: [allow, pass], pending: [] } }))
  const [flow] = held.flows()
  expect(flow?.key.policies?.enforcedPolicies.map((hit) => hit.policyIndex)).toEqual([0n, 1n])
})

test('advance returns the dropped buckets that had data, also when the clock jumps by hours', () => {
  const held = ring()
  held.add(flowAgo(240))
  held.add(flowAgo(7))
  expect(held.advance(CURRENT + BUCKET_SECONDS)).toEqual([bucketsAgo(240)])
  expect(held.advance(CURRENT + 100_000)).toEqual([bucketsAgo(7)])
  expect(idsOf(held)).toEqual([])
})

/** An oracle: the ring as a plain list of flows, searched linearly. */
class NaiveRing {
  current: number
  lastId = 0
  kept: { id: number; port: number; bucket: number; flow: Flow }[] = []

  constructor(now: number) {
    this.current = bucketStart(now)
  }

  add(flow: Flow): boolean {
    const bucket = bucketStart(flow.startTime)
    if (bucket < this.current - 3600 || bucket > this.current + 15) return false
    const port = flow.key.destPort
    const id = this.kept.find((entry) => entry.port === port)?.id ?? (this.lastId += 1)
    this.kept.push({ id, port, bucket, flow })
    return true
  }

  advance(now: number): void {
    this.current = Math.max(this.current, bucketStart(now))
    this.kept = this.kept.filter(({ bucket }) => bucket >= this.current - 3600)
  }

  contents(): unknown {
    const cells = new Map<string, { packets: number; labels: string[] }>()
    for (const { id, port, bucket, flow } of this.kept) {
      const cell = cells.get(`${id}/${port}/${bucket}`)
      const labels = [...flow.sourceLabels]
      cells.set(`${id}/${port}/${bucket}`, {
        packets: (cell?.packets ?? 0) + (flow.packetsIn ?? 0),
        labels: cell?.labels.filter((label) => labels.includes(label)) ?? labels,
      })
    }
    return cells
  }
}

function contentsOf(held: Ring): unknown {
  const cells = new Map<string, { packets: number; labels: string[] }>()
  for (const flow of held.flows()) {
    for (const bucket of flow.buckets.values()) {
      const name = `${flow.id}/${flow.key.destPort}/${bucket.start}`
      cells.set(name, { packets: bucket.packetsIn, labels: [...bucket.sourceLabels] })
    }
  }
  return cells
}

const arbitraryStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ago: fc.oneof(fc.integer({ min: -40, max: 60 }), fc.integer({ min: 3500, max: 3650 })),
      port: fc.integer({ min: 1, max: 3 }),
      packetsIn: fc.nat(100),
      sourceLabels: arbitraryLabels,
    }),
  },
  { weight: 2, arbitrary: fc.record({ pass: fc.integer({ min: -20, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ pass: fc.integer({ min: 3000, max: 8000 }) }) },
)

test('agrees with a plain list, after any flows and any passing of time', () => {
  fc.assert(
    fc.property(fc.array(arbitraryStep, { maxLength: 60 }), (steps) => {
      let now = CURRENT + 7
      const held = new Ring(now)
      const naive = new NaiveRing(now)
      for (const step of steps) {
        if ('pass' in step) {
          now += step.pass
          held.advance(now)
          naive.advance(now)
        } else {
          const { ago, port, ...counted } = step
          const flow = {
            ...buildFlow({}, { ...counted, startTime: now - ago }),
            key: buildKey({ destPort: port }),
          }
          expect(held.add(flow)).toBe(naive.add(flow))
        }
        expect(contentsOf(held)).toEqual(naive.contents())
      }
      for (let bucket = held.oldest; bucket < held.end; bucket += BUCKET_SECONDS) {
        const ids = naive.kept.filter((entry) => entry.bucket === bucket).map(({ id }) => id)
        expect(new Set([...held.flowsIn(bucket)].map(({ id }) => id))).toEqual(new Set(ids))
      }
    }),
  )
})
