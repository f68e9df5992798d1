import { describe, expect, test } from 'vitest'

import { buildFlow } from '../flows/testing/build.ts'
import { FilterType } from '../gen/goldmane/api_pb.ts'
import {
  codeOf,
  CURRENT,
  flowAgo,
  hints,
  list,
  read,
  settle,
  startGoldmane,
  streamRequest,
  statisticsOf,
  summary,
} from './testing/fixture.ts'

test('flows outside the ring are dropped and counted', () => {
  const { goldmane } = startGoldmane()
  expect(goldmane.ingest(flowAgo(1))).toBe(true)
  expect(goldmane.ingest(flowAgo(241))).toBe(false)
  expect(goldmane.ingest(buildFlow({}, { startTime: CURRENT + 30 }))).toBe(false)
  expect(goldmane.losses).toEqual({ flowsOutsideRing: 2, bucketsNotStreamed: 0 })
})

test('every call rolls the ring over first', async () => {
  const { goldmane, clock } = startGoldmane()
  const stream = read(goldmane)
  goldmane.ingest(flowAgo(1))
  clock.now += 15
  expect(list(goldmane).flows).toHaveLength(1)
  expect(summary(await stream.settled())).toEqual([[1, -1, 6]])
  expect(goldmane.ingest(buildFlow({}, { startTime: CURRENT + 30 }))).toBe(true)
})

describe('streams', () => {
  test('count from their call until they are aborted, read or not', async () => {
    const { goldmane } = startGoldmane()
    const stream = read(goldmane)
    expect(goldmane.streams).toBe(1)
    expect(await stream.stop()).toBeNull()
    expect(goldmane.streams).toBe(0)
  })

  test('that are aborted before they begin do not begin', async () => {
    const { goldmane, pass } = startGoldmane()
    goldmane.ingest(flowAgo(2))
    const controller = new AbortController()
    controller.abort()
    const results = []
    for await (const result of goldmane.stream(streamRequest(), controller.signal)) results.push(result)
    pass(1)
    expect(results).toEqual([])
    expect(goldmane.streams).toBe(0)
  })

  test('end in the middle of a bucket when they are aborted there', async () => {
    const { goldmane } = startGoldmane()
    for (let destPort = 1; destPort <= 5; destPort += 1) goldmane.ingest(flowAgo(2, { destPort }))
    const controller = new AbortController()
    let taken = 0
    for await (const _ of goldmane.stream(streamRequest(), controller.signal)) {
      taken += 1
      if (taken === 2) controller.abort()
    }
    expect(taken).toBe(2)
  })

  test('no longer count when their reader leaves', async () => {
    const { goldmane } = startGoldmane({ maxStreams: 1 })
    goldmane.ingest(flowAgo(2))
    for await (const _ of goldmane.stream(streamRequest(), new AbortController().signal)) break
    expect(goldmane.streams).toBe(0)
  })

  test('are a hundred at most, the next one is refused with RESOURCE_EXHAUSTED', async () => {
    const { goldmane } = startGoldmane()
    const streams = Array.from({ length: 100 }, () => read(goldmane))
    expect(codeOf(() => read(goldmane))).toBe(8)
    await streams[0]?.stop()
    expect(codeOf(() => read(goldmane))).toBeUndefined()
  })
})

describe('a provoked failure', () => {
  const failure = { code: 14, message: 'away' }

  test.each([
    ['List', list],
    ['FilterHints', (goldmane) => hints(goldmane, { type: FilterType.FilterTypeDestName })],
    ['Statistics', statisticsOf],
    ['Stream', read],
  ] as const satisfies [string, (goldmane: ReturnType<typeof startGoldmane>['goldmane']) => unknown][])(
    'hits the next %s, and only that call',
    (call, run) => {
      const { goldmane } = startGoldmane()
      goldmane.ingest(flowAgo(2))
      goldmane.fail({ call, ...failure })
      expect(() => run(goldmane)).toThrow(expect.objectContaining({ code: 14, message: 'away' }))
      expect(codeOf(() => run(goldmane))).toBeUndefined()
    },
  )

  test('fails the given number of calls, in the order in which failures were added', () => {
    const { goldmane } = startGoldmane()
    goldmane.fail({ call: 'List', ...failure, times: 2 })
    goldmane.fail({ call: 'List', code: 4, message: 'late' })
    const codes = Array.from({ length: 4 }, () => codeOf(() => list(goldmane)))
    expect(codes).toEqual([14, 14, 4, undefined])
  })

  test('does not fail other calls, and can be cleared', () => {
    const { goldmane } = startGoldmane()
    goldmane.fail({ call: 'Stream', ...failure })
    expect(codeOf(() => list(goldmane))).toBeUndefined()
    goldmane.clearFailures()
    expect(codeOf(() => read(goldmane))).toBeUndefined()
  })

  test('in mid-stream comes after the given number of results, in back-fill and live', async () => {
    const { goldmane, pass } = startGoldmane()
    for (const n of [3, 2, 1, 0]) goldmane.ingest(flowAgo(n))
    goldmane.fail({ call: 'Stream', ...failure, afterResults: 3 })
    const stream = read(goldmane, { startTimeGte: -3600n })
    expect(await stream.settled()).toHaveLength(2)
    pass(2)
    expect(await stream.ended).toMatchObject({ code: 14, message: 'away' })
    expect(stream.results).toHaveLength(3)
    expect(goldmane.streams).toBe(0)
  })
})

describe('breakStreams', () => {
  test('ends every running stream with UNAVAILABLE, and new ones can begin', async () => {
    const { goldmane, pass } = startGoldmane()
    const streams = [read(goldmane), read(goldmane)]
    await settle()
    goldmane.breakStreams()
    for (const stream of streams) expect(await stream.ended).toMatchObject({ code: 14 })
    expect(goldmane.streams).toBe(0)

    goldmane.ingest(flowAgo(1))
    const stream = read(goldmane)
    pass(1)
    expect(await stream.settled()).toHaveLength(1)
  })

  test('with another status when given', async () => {
    const { goldmane } = startGoldmane()
    const stream = read(goldmane)
    goldmane.breakStreams(13, 'torn')
    expect(await stream.ended).toMatchObject({ code: 13, message: 'torn' })
  })
})
