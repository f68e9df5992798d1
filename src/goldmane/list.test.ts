import { arbitraryKey } from '../flows/testing/arbitrary-key.ts'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildHit } from '../flows/testing/build.ts'
import type { FlowKey } from '../flows/flow.ts'
import { type FlowListResult, type FlowResult, SortBy } from '../gen/goldmane/api_pb.ts'
import {
  arbitraryFlow,
  bucketsAgo,
  codeOf,
  CURRENT,
  flowAgo,
  list,
  startGoldmane,
  summary,
} from './testing/fixture.ts'

const at = (n: number) => BigInt(bucketsAgo(n))

describe('the time range', () => {
  test('sums a key over all buckets between its ends', () => {
    const { goldmane } = startGoldmane()
    goldmane.ingest(flowAgo(4, {}, { packetsIn: 1, sourceLabels: ['a=1', 'b=2'] }))
    goldmane.ingest(flowAgo(2, {}, { packetsIn: 2, sourceLabels: ['b=2'] }))
    const { flows } = list(goldmane)
    expect(flows).toHaveLength(1)
    expect(flows[0]).toMatchObject({
      id: 1n,
      flow: { startTime: at(4), endTime: at(1), packetsIn: 3n, sourceLabels: ['b=2'] },
    })
  })

  test('gives the times of what it includes, so they depend on the request', () => {
    const { goldmane } = startGoldmane()
    for (const n of [5, 4, 3, 2]) goldmane.ingest(flowAgo(n))
    const { flows } = list(goldmane, { startTimeGte: at(4), startTimeLt: at(2) })
    expect(flows[0]?.flow).toMatchObject({ startTime: at(4), endTime: at(2), packetsIn: 12n })
  })

  test('leaves out a first bucket that it cuts', () => {
    const { goldmane } = startGoldmane()
    goldmane.ingest(flowAgo(3))
    expect(list(goldmane, { startTimeGte: at(3) + 1n }).flows).toEqual([])
    expect(list(goldmane, { startTimeGte: at(3) }).flows).toHaveLength(1)
  })

  test('leaves the counters of the last bucket out when it cuts it, yet counts the other buckets', () => {
    const { goldmane } = startGoldmane()
    goldmane.ingest(flowAgo(1, {}, { packetsIn: 1 }))
    goldmane.ingest(flowAgo(0, {}, { packetsIn: 10 }))
    expect(summary(list(goldmane).flows)).toEqual([[1, -1, 1]])
    expect(summary(list(goldmane, { startTimeLt: at(-1) }).flows)).toEqual([[1, -1, 11]])
  })

  test('gives a key with data only in the cut bucket without times, counters and labels', () => {
    const { goldmane } = startGoldmane()
    goldmane.ingest(flowAgo(0))
    expect(list(goldmane).flows).toMatchObject([
      { id: 1n, flow: { startTime: 0n, endTime: 0n, packetsIn: 0n, sourceLabels: [], destLabels: [] } },
    ])
  })

  test('left open takes 240 buckets of history, and of the 242 none that is filling', () => {
    const { goldmane } = startGoldmane()
    for (let n = -1; n <= 240; n += 1) goldmane.ingest(flowAgo(n, {}, { packetsIn: 1 }))
    expect(summary(list(goldmane).flows)).toEqual([[1, -240, 240]])
    expect(summary(list(goldmane, { startTimeLt: at(-2) }).flows)).toEqual([[1, -240, 242]])
  })

  test('that is empty is refused with UNKNOWN', () => {
    const { goldmane } = startGoldmane()
    expect(codeOf(() => list(goldmane, { startTimeGte: -10n, startTimeLt: -10n }))).toBe(2)
  })
})

test('an aggregation interval changes nothing', () => {
  const { goldmane } = startGoldmane()
  goldmane.ingest(flowAgo(1))
  expect(list(goldmane, { aggregationInterval: 300n })).toEqual(list(goldmane))
})

test('a filter leaves the other keys out of the totals, too', () => {
  const { goldmane } = startGoldmane()
  goldmane.ingest(flowAgo(1, { destPort: 80 }))
  goldmane.ingest(flowAgo(1, { destPort: 443 }))
  const { meta, flows } = list(goldmane, { filter: { destPorts: [{ port: 443n }] } })
  expect(flows.map(({ id }) => id)).toEqual([2n])
  expect(meta?.totalResults).toBe(1n)
})

const idsBy = (sortBy: SortBy | undefined, keys: Partial<FlowKey>[]) => {
  const { goldmane } = startGoldmane()
  keys.forEach((key, i) => goldmane.ingest(flowAgo(keys.length - i, { ...key, destPort: i })))
  const options = sortBy === undefined ? [] : [{ sortBy }]
  return list(goldmane, { sortBy: options }).flows.map(({ id }) => Number(id))
}

describe('the order', () => {
  test.each([undefined, SortBy.Time])('%s is by start, the newest first', (sortBy) => {
    expect(idsBy(sortBy, [{}, {}, {}])).toEqual([3, 2, 1])
  })

  test('by time puts equal starts in order of their ids, and keys without data last', () => {
    const { goldmane } = startGoldmane()
    goldmane.ingest(flowAgo(0, { destPort: 1 }))
    for (const destPort of [2, 3, 4]) goldmane.ingest(flowAgo(2, { destPort }))
    expect(list(goldmane).flows.map(({ id }) => id)).toEqual([2n, 3n, 4n, 1n])
  })

  test.each([
    [SortBy.SourceName, 'sourceName'],
    [SortBy.SourceNamespace, 'sourceNamespace'],
    [SortBy.DestName, 'destName'],
    [SortBy.DestNamespace, 'destNamespace'],
  ] as const)('%d is by %s, ascending, upper case first, ties by id', (sortBy, field) => {
    expect(idsBy(sortBy, [{ [field]: 'b' }, { [field]: 'a' }, { [field]: 'b' }, { [field]: 'Z' }])).toEqual([
      4, 2, 1, 3,
    ])
  })

  test.each([SortBy.SourceType, SortBy.DestType])('%d is refused with UNKNOWN', (sortBy) => {
    const { goldmane } = startGoldmane()
    expect(codeOf(() => list(goldmane, { sortBy: [{ sortBy }] }))).toBe(2)
  })

  test('by two options is refused with UNKNOWN', () => {
    const { goldmane } = startGoldmane()
    const sortBy = [{ sortBy: SortBy.DestName }, { sortBy: SortBy.SourceName }]
    expect(codeOf(() => list(goldmane, { sortBy }))).toBe(2)
  })
})

const five = () => {
  const { goldmane } = startGoldmane()
  for (let destPort = 1; destPort <= 5; destPort += 1) goldmane.ingest(flowAgo(1, { destPort }))
  return goldmane
}

const outline = ({ meta, flows }: FlowListResult) => ({
  ids: flows.map(({ id }) => Number(id)),
  totals: [Number(meta?.totalPages), Number(meta?.totalResults)],
})

describe('pages', () => {
  test('count from zero, with the totals before paging', () => {
    expect(outline(list(five(), { page: 0n, pageSize: 2n }))).toEqual({ ids: [1, 2], totals: [3, 5] })
    expect(outline(list(five(), { page: 2n, pageSize: 2n }))).toEqual({ ids: [5], totals: [3, 5] })
  })

  test('of size 0 are no pages: one page of everything, whatever page is asked for', () => {
    expect(outline(list(five(), { page: 7n }))).toEqual({ ids: [1, 2, 3, 4, 5], totals: [1, 5] })
    expect(outline(list(startGoldmane().goldmane))).toEqual({ ids: [], totals: [0, 0] })
  })

  test('past the end have totals of 0 in order of time, and the true ones in other orders', () => {
    const firstPast = { page: 1n, pageSize: 5n }
    expect(outline(list(five(), firstPast))).toEqual({ ids: [], totals: [0, 0] })
    const asked = { page: 3n, pageSize: 2n }
    expect(outline(list(five(), asked))).toEqual({ ids: [], totals: [0, 0] })
    const sortBy = [{ sortBy: SortBy.DestName }]
    expect(outline(list(five(), { ...asked, sortBy }))).toEqual({ ids: [], totals: [3, 5] })
  })

  test.each([
    [-1n, 2n],
    [0n, -2n],
  ])('%d of size %d are refused with INVALID_ARGUMENT', (page, pageSize) => {
    expect(codeOf(() => list(five(), { page, pageSize }))).toBe(3)
  })

  test('put together are the whole list, for any flows, order and size', () => {
    const orders = [SortBy.Time, SortBy.SourceName, SortBy.DestNamespace]
    const arbitrary = fc
      .array(arbitraryKey, { minLength: 1, maxLength: 4 })
      .chain((keys) =>
        fc.tuple(
          fc.array(arbitraryFlow(keys, 6, 0)),
          fc.constantFrom(...orders),
          fc.integer({ min: 1, max: 4 }),
        ),
      )
    fc.assert(
      fc.property(arbitrary, ([flows, by, size]) => {
        const { goldmane } = startGoldmane()
        for (const flow of flows) goldmane.ingest(flow)
        const sortBy = [{ sortBy: by }]
        const pageSize = BigInt(size)
        const pages: FlowResult[] = []
        const count = list(goldmane, { sortBy, pageSize }).meta?.totalPages ?? 0n
        for (let page = 0n; page < count; page += 1n) {
          pages.push(...list(goldmane, { sortBy, pageSize, page }).flows)
        }
        expect(pages).toEqual(list(goldmane, { sortBy }).flows)
      }),
    )
  })
})

test('one result per key: another trace is another result', () => {
  const { goldmane } = startGoldmane()
  const enforced = [buildHit()]
  goldmane.ingest(flowAgo(1, { policies: { enforced, pending: [] } }))
  goldmane.ingest(flowAgo(1, { policies: { enforced, pending: enforced } }))
  goldmane.ingest(flowAgo(2, { policies: { enforced, pending: [] } }))
  expect(list(goldmane, { startTimeLt: BigInt(CURRENT) }).flows).toHaveLength(2)
})
