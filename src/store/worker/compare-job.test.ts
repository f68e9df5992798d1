import { afterEach, describe, expect, test, vi } from 'vitest'

import { writeFlow } from '../../capture/write.ts'
import type { ComparedGroup } from '../../compare/comparison.ts'
import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { Flow } from '../../flows/flow.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { TroubleError } from '../../source/trouble.ts'
import type { CompareQuestion, CompareSide } from '../compare-messages.ts'
import { storeOf } from '../testing/exported-store.ts'
import { answerComparison, answerNewest } from './compare-job.ts'

const T = 1_790_000_100
const MIDDLE = T + 40 * BUCKET_SECONDS
const END = MIDDLE + 40 * BUCKET_SECONDS

/** One record in each of 40 buckets. */
function flows(from: number, key: Partial<Flow['key']> = {}): readonly Flow[] {
  return Array.from({ length: 40 }, (_, i) => {
    const startTime = from + i * BUCKET_SECONDS
    return buildFlow(key, { startTime, endTime: startTime + BUCKET_SECONDS })
  })
}

const denied = { action: 'Deny' } as const
const before: CompareSide = { of: 'held', range: { from: T, to: MIDDLE } }
const after: CompareSide = { of: 'held', range: { from: MIDDLE, to: END } }

const held = [
  ...flows(T),
  ...flows(MIDDLE, denied),
  ...flows(MIDDLE, { sourceNamespace: 'sandbox' }),
  ...flows(T, { destPort: 443 }),
  ...flows(MIDDLE, { destPort: 443 }),
]

function compare(
  question: Partial<CompareQuestion> = {},
  {
    records = held,
    signal = new AbortController().signal,
  }: { records?: readonly Flow[]; signal?: AbortSignal } = {},
) {
  return answerComparison(
    { about: 'compare', filter: ALL, a: before, b: after, where: 'In B', ...question },
    { store: storeOf(records, { chunkRows: 64 }), now: END, budget: 2 ** 26 },
    signal,
  )
}

/** Twelve ports that were refused, in one record each of so many seconds. */
const scan = (seconds: number): readonly Flow[] =>
  Array.from({ length: 12 }, (_, i) =>
    buildFlow({ ...denied, destPort: 2000 + i }, { startTime: MIDDLE, endTime: MIDDLE + seconds }),
  )

/** The answer of a comparison that can be made. */
async function answerOf(...asked: Parameters<typeof compare>) {
  const answer = await compare(...asked)
  if (!answer.ok) throw new TroubleError(answer.trouble)
  return answer
}

const fileOf = (records: readonly Flow[], name: string): CompareSide => ({
  of: 'source',
  range: null,
  source: { kind: 'file', file: new File([records.map((flow) => writeFlow(flow)).join('\n')], name) },
})

describe('two windows of what is held', () => {
  test('are compared', async () => {
    const { comparison, sizes, headline } = await answerOf()
    expect(comparison.groups.map(({ section }) => section)).toEqual(['flipped', 'new-talkers'])
    expect(sizes).toMatchObject({ flipped: 1, 'new-talkers': 1, 'gone-quiet': 0 })
    expect([comparison.a.records, comparison.b.records]).toEqual([80, 120])
    expect(headline.map(({ text }) => text).join('')).toContain('1 pair is newly denied')
  })

  test('are compared under the filter', async () => {
    const filter = include(ALL, 'src.ns', 'sandbox')
    const { comparison } = await answerOf({ filter })
    expect(comparison.groups.map(({ section }) => section)).toEqual(['new-talkers'])
    expect([comparison.a.records, comparison.b.records]).toEqual([0, 40])
  })

  test('count connections and ports as recorded', async () => {
    const { comparison } = await answerOf()
    expect(comparison.groups[0]?.ports).toEqual([{ proto: 'tcp', port: 80, a: 80, b: 80 }])
  })

  test('are as long as what is held of them', async () => {
    const long: CompareSide = { of: 'held', range: { from: T - 3600, to: MIDDLE } }
    const { comparison } = await answerOf({ a: long })
    expect(comparison.a.range).toEqual({ from: T, to: MIDDLE })
  })

  test.each([
    [BUCKET_SECONDS, null, true],
    [600, { seconds: 600, isStated: false }, false],
  ])(
    'of records of %s seconds say what they sum, and name a scan or none',
    async (seconds, sums, isNamed) => {
      const { comparison } = await answerOf({}, { records: [...flows(T), ...scan(seconds)] })
      expect(comparison.b.sums).toEqual(sums)
      expect(comparison.groups.some(({ isScan }) => isScan)).toBe(isNamed)
    },
  )

  test('are refused where nothing is held of one', async () => {
    const early: CompareSide = { of: 'held', range: { from: T - 3600, to: T } }
    await expect(compare({ a: early })).rejects.toThrow(
      /^Nothing is held of A, which is .* choose a window in it/,
    )
  })

  test('are refused where records have no times', async () => {
    const records = held.map((flow) => ({ ...flow, startTime: 0, endTime: 0 }))
    await expect(compare({}, { records })).rejects.toThrow('have no times')
  })

  test('can be given up', async () => {
    const abort = new AbortController()
    const asked = compare({}, { signal: abort.signal })
    abort.abort(new Error('given up'))
    await expect(asked).rejects.toThrow('given up')
  })
})

const timeless = (key: Partial<Flow['key']>) =>
  flows(T, key).map((flow) => ({ ...flow, startTime: 0, endTime: 0 }))

const namesOf = (groups: readonly ComparedGroup[]) => groups.map(({ ends }) => ends.sourceName)

describe('of many groups', () => {
  const talkers = Array.from({ length: 250 }, (_, i) =>
    buildFlow(
      { sourceName: `talker-${i}-svc` },
      { startTime: MIDDLE, endTime: MIDDLE + 15, numConnectionsStarted: 250 - i },
    ),
  )
  const scene = { store: storeOf([...flows(T), ...talkers], { chunkRows: 64 }), now: END, budget: 2 ** 26 }
  const question = {
    about: 'compare',
    filter: ALL,
    a: before,
    b: after,
    where: 'In B',
    channel: 'q',
  } as const

  test('the first part comes with the answer, and the others in their order', async () => {
    const session = {}
    const answer = await answerNewest(session, question, scene)
    if (answer?.ok !== true || 'groups' in answer) throw new Error('it is no comparison')
    expect(answer).toMatchObject({ of: 'q', sizes: { 'new-talkers': 250 } })
    // By the hour, because B is a bucket long.
    expect(answer.greatest).toBe((250 * 3600) / BUCKET_SECONDS)
    const names = namesOf(answer.comparison.groups.filter(({ section }) => section === 'new-talkers'))
    for (const from of [100, 200, 300]) {
      const part = await answerNewest(
        session,
        { about: 'groups', of: 'q', section: 'new-talkers', from },
        scene,
      )
      if (part?.ok !== true || !('groups' in part)) throw new Error('they are no groups')
      names.push(...namesOf(part.groups))
    }
    expect(names).toEqual(talkers.map((_, i) => `talker-${i}-svc`))
  })
})

describe('another capture', () => {
  test('is compared with what is held', async () => {
    const b = fileOf(flows(END, denied), 'later.jsonl')
    const { comparison, losses } = await answerOf(
      { a: { of: 'held', range: null }, b },
      { records: flows(T) },
    )
    expect(comparison.groups.map(({ section }) => section)).toEqual(['flipped'])
    expect(comparison.b.range).toEqual({ from: END, to: END + 600 })
    expect(losses.b).toEqual({ evicted: 0, refused: 0, incomplete: null })
  })

  test('without times too', async () => {
    const b = fileOf(timeless(denied), 'timeless.jsonl')
    const asked = { a: { of: 'held', range: null } as const, b }
    const { comparison } = await answerOf(asked, { records: timeless({}) })
    expect(comparison.groups.map(({ section }) => section)).toEqual(['flipped'])
    expect(comparison.b.seconds).toBe(0)
  })

  test('says how many of its lines were refused', async () => {
    const lines = [...flows(END, denied).map((flow) => writeFlow(flow)), 'no record', '{"Key":']
    const source = { kind: 'file', file: new File([lines.join('\n')], 'cut.jsonl') } as const
    const b: CompareSide = { of: 'source', range: null, source }
    const { losses } = await answerOf({ a: { of: 'held', range: null }, b }, { records: flows(T) })
    expect([losses.a.refused, losses.b.refused]).toEqual([0, 2])
  })

  test('that holds no record is refused', async () => {
    const source = { kind: 'file', file: new File(['{}'], 'empty.jsonl') } as const
    await expect(compare({ b: { of: 'source', range: null, source } })).rejects.toThrow()
  })
})

/** The gateway's answer: a header, and records. */
function answerWith(records: readonly Flow[], step: number | null = null): readonly string[] {
  const asked: string[] = []
  const header = {
    flowtraceCapture: 1,
    ...(step === null ? {} : { step }),
    gaps: [{ from: '2026-09-21T14:05:00Z', to: '2026-09-21T14:06:00Z', reason: 'restart' }],
  }
  const lines = [JSON.stringify(header), ...records.map((flow) => writeFlow(flow))]
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url)
    return new Response(lines.join('\n'))
  })
  return asked
}

describe('a range of the history', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  const range = { from: T - 600, to: T }
  const source = { kind: 'history', endpoint: 'http://127.0.0.1/', range, scope: ALL } as const
  const past: CompareSide = { of: 'source', source, range }

  test('is compared as long as it was asked, with its gaps', async () => {
    const asked = answerWith(flows(T - 600, denied))
    const { comparison } = await answerOf({ a: past, b: before }, { records: flows(T) })
    expect(asked[0]).toContain(`from=${T - 600}`)
    expect(comparison.groups.map(({ section }) => section)).toEqual(['flipped'])
    expect(comparison.a.range).toEqual(range)
    expect(comparison.a.gaps).toEqual([{ from: T - 600, to: T - 540, cause: 'restart' }])
    // Counts are of the time that was recorded.
    expect(comparison.a.seconds).toBe(540)
  })

  test('that begins within the window is compared from there on', async () => {
    answerWith(flows(T - 600))
    const late: CompareSide = { ...past, begins: { records: T - 300, hours: null } }
    const { comparison } = await answerOf({ a: late, b: before }, { records: flows(T) })
    expect(comparison.a).toMatchObject({ range: { from: T - 300, to: T }, seconds: 300, records: 20 })
  })

  test('that is answered by sums of hours is compared by the hours nearest to it', async () => {
    const hour = Math.floor(T / 3600) * 3600
    const sums = [0, 1, 2].map((i) => {
      const startTime = hour + i * 3600
      return buildFlow({}, { startTime, endTime: startTime + 3600, numConnectionsStarted: 60 })
    })
    answerWith(sums, 3600)
    const [from, moment, to] = [hour + 600, hour + 6000, hour + 10_000]
    const side = (window: CompareSide['range']): CompareSide => ({
      ...past,
      range: window,
      begins: { records: to - 60, hours: null },
    })
    const { comparison } = await answerOf({
      a: side({ from, to: moment }),
      b: side({ from: moment, to }),
    })
    // No hour is in both, and what is counted is that of the time that is named.
    expect(comparison.a).toMatchObject({ range: { from: hour, to: hour + 7200 }, records: 2 })
    expect(comparison.b).toMatchObject({ range: { from: hour + 7200, to: hour + 10_800 }, records: 1 })
    expect([comparison.groups, comparison.asBefore.groups]).toEqual([[], 1])
  })

  test('without a record is quiet, which is no refusal', async () => {
    answerWith([])
    const { comparison } = await answerOf({ a: past, b: before }, { records: flows(T) })
    expect(comparison.groups.map(({ section }) => section)).toEqual(['new-talkers'])
    expect(comparison.a.range).toEqual(range)
    expect(comparison.a.seconds).toBe(540)
  })

  test('that is open is compared whole, also where it has no record', async () => {
    const begins = { records: null, hours: null }
    const { comparison } = await answerOf(
      { a: { ...before, begins }, b: { of: 'held', range: { from: END, to: END + 600 }, begins } },
      { records: flows(T) },
    )
    expect(comparison.groups.map(({ section }) => section)).toEqual(['gone-quiet'])
    expect(comparison.b).toMatchObject({ range: { from: END, to: END + 600 }, records: 0 })
  })
})
