import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { flowFromMessage } from '../../wire/testing/flow-from-message.ts'
import { encodeStreamRequest } from '../../wire/stream-request.ts'
import { flowToMessage } from '../../wire/testing/flow-to-message.ts'
import { anyExpression, anyFlow, NOW } from '../../filter/testing/arbitrary-queries.ts'
import { matches } from '../../filter/testing/matches.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { parseScope } from '../../filter/scope.ts'
import { asksFor } from '../../filter/tree/asks-for.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import type { Flow } from '../../flows/flow.ts'
import { type FlowResult, FlowResultSchema, FlowStreamRequestSchema } from '../../gen/goldmane/api_pb.ts'
import { Goldmane } from '../../goldmane/goldmane.ts'
import { BUCKET_SECONDS, bucketStart } from '../../flows/bucket.ts'
import { RecordStore } from '../keys/record-store.ts'
import { FlowView } from '../query/flow-view.ts'
import { StreamScope } from './stream-scope.ts'

const BUDGET = 64 * 2 ** 20

function scopeOf(text: string): Expression {
  const parsed = parseScope(text)
  if (!parsed.ok) throw new Error(parsed.errors[0]?.message)
  return parsed.expression
}

/** The results that Goldmane streams from a start time on, until it has no more. */
async function streamed(
  goldmane: Goldmane,
  filter: Uint8Array | null,
  start: number,
): Promise<readonly FlowResult[]> {
  const request = fromBinary(FlowStreamRequestSchema, encodeStreamRequest(start, filter))
  const abort = new AbortController()
  const results: FlowResult[] = []
  const reading = (async () => {
    for await (const result of goldmane.stream(request, abort.signal)) results.push(result)
  })()
  // The in-memory Goldmane sends in microtasks: after them it has sent everything.
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
  abort.abort()
  await reading
  return results
}

const encoded = (results: readonly FlowResult[]): Uint8Array[] =>
  results.map((result) => toBinary(FlowResultSchema, result))

function flowOf({ flow }: FlowResult): Flow {
  const found = flow === undefined ? undefined : flowFromMessage(flow)
  if (found === undefined) throw new Error('a result without a flow')
  return found
}

/** The intervals of the store, sorted by id so that two stores can be compared. */
function rowsOf(store: RecordStore) {
  const { rows } = new FlowView(store).view(
    {
      shape: 'intervals',
      filter: ALL,
      time: null,
      sort: { column: 'seen', descending: true },
      offset: 0,
      limit: 1000,
      selected: null,
      frozen: null,
      newSince: null,
      arrangement: null,
      trendMeasure: 'records',
    },
    NOW,
  )
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** Records of a few keys, with labels and counters that differ from bucket to bucket, up to 50 minutes back. */
const anyTraffic: fc.Arbitrary<readonly Flow[]> = fc
  .array(anyFlow, { minLength: 1, maxLength: 6 })
  .chain((flows) =>
    fc.array(
      fc
        .record({
          flow: fc.constantFrom(...flows),
          labels: fc.constantFrom(...flows),
          counters: anyFlow,
          ago: fc.constantFrom(2, 3, 4, 20, 200),
        })
        .map(({ flow, labels, counters, ago }): Flow => {
          const startTime = bucketStart(NOW) - ago * BUCKET_SECONDS
          const { sourceLabels, destLabels } = labels
          return {
            ...counters,
            key: flow.key,
            sourceLabels,
            destLabels,
            startTime,
            endTime: startTime + BUCKET_SECONDS,
          }
        }),
      { minLength: 1, maxLength: 24 },
    ),
  )

const anyScope = anyExpression.filter((scope) => !asksFor(scope, 'age'))

describe('a stream scope', () => {
  test('stores the records that the scope matches among all of Goldmane’s, wherever the stream breaks', async () => {
    await fc.assert(
      fc.asyncProperty(anyScope, anyTraffic, fc.nat(24), async (expression, traffic, breaksAfter) => {
        const goldmane = new Goldmane({ now: () => NOW })
        for (const flow of traffic) goldmane.ingest(flow)
        const everything = await streamed(goldmane, null, -3600)
        const matching = everything.filter((result) => matches(expression, flowOf(result), NOW))
        const wanted = new RecordStore({ budget: BUDGET, live: true })
        for (const message of encoded(matching)) wanted.appendResult(message)

        const store = new RecordStore({ budget: BUDGET, live: true })
        const scope = new StreamScope(expression, store)
        scope.onOpen(-3600, NOW)
        const sent = await streamed(goldmane, scope.filter, -3600)
        scope.append(encoded(sent).slice(0, breaksAfter))
        store.clearIds()
        const start = scope.resumeFrom() ?? -3600
        scope.onOpen(start, NOW)
        scope.append(encoded(await streamed(goldmane, scope.filter, start)))

        expect(rowsOf(store)).toEqual(rowsOf(wanted))
        expect(store.holdings()).toMatchObject({ records: matching.length, refused: 0, gaps: 0 })
        expect(scope.dropped).toBe(sent.length - matching.length)
      }),
      { numRuns: 200 },
    )
  })

  const START = NOW - (NOW % 15)
  const message = (id: number, bucket: number, flow: Flow): Uint8Array =>
    toBinary(
      FlowResultSchema,
      create(FlowResultSchema, {
        id: BigInt(id),
        flow: flowToMessage({
          ...flow,
          startTime: START + bucket * 15,
          endTime: START + bucket * 15 + 15,
        }),
      }),
    )
  const setUp = (text: string, maxEntries?: number) => {
    const store = new RecordStore({ budget: BUDGET, live: true })
    const scope = new StreamScope(scopeOf(text), store, maxEntries)
    scope.onOpen(-3585, START)
    return { store, scope }
  }

  test('tests the labels of each record: a key may match in one bucket and not in the next', () => {
    const { store, scope } = setUp('dst.label.app = api')
    scope.append([
      message(1, 0, buildFlow()),
      message(1, 1, buildFlow({}, { destLabels: ['app=web'] })),
      message(1, 2, buildFlow()),
    ])
    expect(store.holdings().records).toBe(2)
    expect(scope.dropped).toBe(1)
  })

  test('tests the counters of each record', () => {
    const { store, scope } = setUp('bytes > 1kB and src.label.app = web')
    scope.append([
      message(1, 0, buildFlow()),
      message(1, 1, buildFlow({}, { bytesIn: 0, bytesOut: 10 })),
      message(2, 1, buildFlow({ destPort: 81 }, { sourceLabels: [] })),
    ])
    expect(store.holdings().records).toBe(1)
    expect(scope.dropped).toBe(2)
  })

  test('forgets ids with their stream: on the next one an id may stand for another key', () => {
    const { store, scope } = setUp('src.label.app = web')
    scope.append([message(1, 0, buildFlow({}, { sourceLabels: [] }))])
    scope.onOpen(START, START)
    scope.append([message(1, 1, buildFlow({ sourceName: 'other' }))])
    expect(store.holdings().records).toBe(1)
  })

  const many = (bucket: number) =>
    Array.from({ length: 300 }, (_, port) =>
      message(port, bucket, buildFlow({ destPort: port }, port % 2 === 0 ? { sourceLabels: [] } : {})),
    )

  test('clears its verdict cache when that is full, and counts on', () => {
    const { store, scope } = setUp('src.label.app = web', 64)
    scope.append(many(0))
    scope.append(many(1))
    expect(store.holdings().records).toBe(300)
    expect(scope.dropped).toBe(300)
  })

  test('a malformed message is refused by the store, not counted as dropped', () => {
    const { store, scope } = setUp('src.label.app = web')
    scope.append([Uint8Array.of(255, 255)])
    expect(store.holdings().refused).toBe(1)
    expect(scope.dropped).toBe(0)
  })

  test('an encoding that no Goldmane sends, label lists of both ends in turns, goes through the general decoder', () => {
    const { store, scope } = setUp('dst.label.app = api')
    const plain = message(1, 0, buildFlow())
    // Protobuf merges a flow with the same flow appended to it: their label lists are joined.
    const twice = new Uint8Array([...plain, ...plain.subarray(2)])
    scope.append([twice])
    expect(store.holdings()).toMatchObject({ records: 1, refused: 0 })
  })
})

describe('the gaps of a store under a scope', () => {
  const START = NOW - (NOW % 15)
  const at = (bucket: number) =>
    toBinary(
      FlowResultSchema,
      create(FlowResultSchema, {
        id: 1n,
        flow: flowToMessage(
          buildFlow({}, { startTime: START + bucket * 15, endTime: START + bucket * 15 + 15 }),
        ),
      }),
    )

  test('are times that no stream asked for, not empty buckets of an open stream', () => {
    const store = new RecordStore({ budget: BUDGET, live: true })
    const scope = new StreamScope(scopeOf('dst.ns = backend'), store)
    scope.onOpen(-3585, START + 30)
    scope.append([at(0), at(9)])
    expect(store.holdings().gaps).toBe(0)
    // After a break the stream starts at the newest bucket: everything since then is received.
    scope.onOpen(START + 9 * 15, START + 40 * 15)
    scope.append([at(40)])
    expect(store.holdings().gaps).toBe(0)
    // After a break of two hours Goldmane has only the last hour.
    scope.onOpen(-3585, START + 40 * 15 + 7200)
    scope.append([at(40 + 479)])
    expect(store.holdings().gaps).toBe(1)
    expect(store.gapDetector.gaps()).toEqual([{ from: START + 41 * 15, to: START + 40 * 15 + 7200 - 3585 }])
  })
})
