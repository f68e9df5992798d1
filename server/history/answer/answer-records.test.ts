import { Readable } from 'node:stream'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCapture } from '../../../src/capture/read.ts'
import { ALL } from '../../../src/filter/tree/expression.ts'
import type { Flow } from '../../../src/flows/flow.ts'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { bytesOf } from '../../lib/readable-bytes.ts'
import { HistoryError } from '../history-error.ts'
import type { HistoryLimits } from '../history-store.ts'
import { MemoryHistory } from '../testing/memory-history.ts'
import { storeFlows } from '../testing/store-flows.ts'
import { type AskedRecords, openRecords } from './answer-records.ts'
import { RangeTooLarge } from './too-large.ts'

const HOUR = 3600
const NOW = 1_790_002_800

/** One record of each of the keys in each bucket before {@link NOW}. */
function flowsOf(keys: number, buckets: number): readonly Flow[] {
  return Array.from({ length: keys * buckets }, (_, i) => {
    const startTime = NOW - 15 * (buckets - Math.floor(i / keys))
    return buildFlow({ destPort: 1 + (i % keys) }, { startTime, endTime: startTime + 15 })
  })
}

async function historyOf(flows: readonly Flow[]): Promise<MemoryHistory> {
  const history = new MemoryHistory()
  await storeFlows(history, 'prod', flows)
  return history
}

function askedFor(range: AskedRecords['range'], asked: Partial<AskedRecords> = {}): AskedRecords {
  const everything = { filter: ALL, filterText: null, namespaces: 'all', show: null } as const
  return {
    range,
    ...everything,
    cluster: 'prod',
    step: 'auto',
    format: 'ndjson',
    tool: 'flowtrace 1',
    now: NOW,
    ...asked,
  }
}

function limitsOf(maxRows: number, signal = new AbortController().signal): HistoryLimits {
  return { maxRows, maxMs: 1000, maxMemory: 2 ** 20, signal }
}

async function read(history: MemoryHistory, asked: AskedRecords, limits: HistoryLimits) {
  const bytes = await openRecords(history, asked, limits)
  const flows: Flow[] = []
  let step: number | null = null
  for await (const batch of readCapture(bytesOf(Readable.from(bytes)))) {
    flows.push(...batch.flows)
    for (const header of batch.headers) step = header.step
  }
  return { flows, step }
}

test('sums by 5 minutes, then by the hour, where the records are too many', async () => {
  const history = await historyOf(flowsOf(2, 80))
  const range = { from: NOW - 1200, to: NOW }
  expect((await read(history, askedFor(range), limitsOf(160))).step).toBeNull()
  const byMinutes = await read(history, askedFor(range), limitsOf(159))
  expect([byMinutes.step, byMinutes.flows.length]).toEqual([300, 8])
  const byHour = await read(history, askedFor(range), limitsOf(7))
  expect([byHour.step, byHour.flows.length]).toEqual([HOUR, 2])
})

test('refuses more with the number, and with a length that does', async () => {
  const history = await historyOf(flowsOf(3, 8 * 240))
  const range = { from: NOW - 8 * HOUR, to: NOW }
  const error: unknown = await openRecords(history, askedFor(range), limitsOf(10)).catch((thrown) => thrown)
  expect(error).toBeInstanceOf(RangeTooLarge)
  expect(error).toMatchObject({
    message:
      '8 h of everything are 5,760 records, and also when summed more than the 10 that are sent at once. Narrow the time to 3 h, or set a scope, such as one namespace',
    narrower: { from: NOW - 3 * HOUR, to: NOW },
  })
  expect(
    (await read(history, askedFor((error as RangeTooLarge).narrower!), limitsOf(10))).flows,
  ).toHaveLength(9)
})

test('proposes a length in which each key has its sums', async () => {
  const history = await historyOf(flowsOf(5, 8 * 240))
  const range = { from: NOW - 8 * HOUR, to: NOW }
  const error: unknown = await openRecords(history, askedFor(range), limitsOf(10)).catch((thrown) => thrown)
  expect(error).toMatchObject({ narrower: { from: NOW - 2 * HOUR, to: NOW } })
  expect(
    (await read(history, askedFor((error as RangeTooLarge).narrower!), limitsOf(10))).flows,
  ).toHaveLength(10)
})

test('sums add up to those of the records, whatever the step', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(200), fc.integer({ min: 1, max: 300 }), async (from, length) => {
      const history = await historyOf(flowsOf(2, 300))
      const range = { from: NOW - 4500 + from * 15, to: Math.min(NOW, NOW - 4500 + (from + length) * 15) }
      for (const step of [300, HOUR] as const) {
        const sums = await read(history, askedFor(range, { step }), limitsOf(10_000))
        const within = sums.flows.reduce((sum, { bytesIn }) => sum + (bytesIn ?? 0), 0)
        const aligned = {
          from: Math.floor(range.from / step) * step,
          to: Math.ceil(range.to / step) * step,
        }
        const all = await read(history, askedFor(aligned, { step: 15 }), limitsOf(10_000))
        expect(within).toBe(all.flows.reduce((sum, { bytesIn }) => sum + (bytesIn ?? 0), 0))
        for (const { startTime, endTime } of sums.flows)
          expect([startTime % step, endTime - startTime]).toEqual([0, step])
      }
    }),
    { numRuns: 5 },
  )
})

test('has the same records and headers in both formats, over hours and what is newer', async () => {
  const history = await historyOf(flowsOf(3, 12 * 240))
  await history.rollUp('prod', NOW - HOUR)
  const records = history.records.bind(history)
  history.records = async function* (...args) {
    for await (const page of records(...args)) yield { ...page, incomplete: 'A shard is down' }
  }
  const readAs = async (format: AskedRecords['format'], range: AskedRecords['range']) => {
    const bytes = await openRecords(history, askedFor(range, { format }), limitsOf(10_000))
    const answer: { flows: Flow[]; headers: unknown[] } = { flows: [], headers: [] }
    for await (const { flows, headers, refused } of readCapture(bytesOf(Readable.from(bytes)))) {
      expect(refused).toBe(0)
      answer.flows.push(...flows)
      answer.headers.push(...headers)
    }
    return answer
  }
  for (const [from, to, count] of [
    [NOW - 30 * HOUR, NOW, 36],
    [NOW - 1800, NOW, 360],
    [NOW - 90 * HOUR, NOW - 60 * HOUR, 0],
  ] as const) {
    const lines = await readAs('ndjson', { from, to })
    expect(lines.flows).toHaveLength(count)
    expect(lines.headers).toHaveLength(count === 0 ? 1 : 2)
    expect(await readAs('protobuf', { from, to })).toEqual(lines)
  }
})

test.each(['ndjson', 'protobuf'] as const)(
  'has as many flows as there is memory for their keys, and says that the others are missing, in %s',
  async (format) => {
    const history = await historyOf(flowsOf(50, 4))
    const asked = askedFor({ from: NOW - 60, to: NOW }, { format, maxKeyBytes: 5000 })
    const flows: Flow[] = []
    const incomplete: (string | null)[] = []
    const bytes = await openRecords(history, asked, limitsOf(1000))
    for await (const batch of readCapture(bytesOf(Readable.from(bytes)))) {
      flows.push(...batch.flows)
      incomplete.push(...batch.headers.map((header) => header.incomplete))
    }
    expect(flows.length).toBeGreaterThan(5)
    expect(flows.length).toBeLessThan(100)
    expect(incomplete).toEqual([
      null,
      expect.stringContaining('more flows in this range than the gateway has memory'),
    ])
  },
)

test('ends what was begun where the gaps cannot be read', async () => {
  const history = await historyOf(flowsOf(2, 80))
  const ended: string[] = []
  const records = history.records.bind(history)
  history.records = async function* (...args) {
    try {
      yield* records(...args)
    } finally {
      ended.push(args[0].grain)
    }
  }
  history.gaps = async () => {
    throw new HistoryError('too much memory', 'Recording needed the memory')
  }
  const range = { from: NOW - 1200, to: NOW }
  await expect(openRecords(history, askedFor(range), limitsOf(1000))).rejects.toThrow('Recording needed')
  expect(ended).toEqual(['raw'])
})

test('ends when its reader has gone', async () => {
  const history = await historyOf(flowsOf(2, 1000))
  const gone = new AbortController()
  const bytes = await openRecords(
    history,
    askedFor({ from: 0, to: NOW }, { step: 15 }),
    limitsOf(10_000, gone.signal),
  )
  await bytes.next()
  await bytes.next()
  gone.abort(new Error('gone'))
  await expect(bytes.next()).rejects.toThrow('gone')
})
