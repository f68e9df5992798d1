import { create, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { flowFromMessage } from '../../wire/flow-message.ts'
import { flowToMessage } from '../../wire/testing/flow-to-message.ts'
import { anyExpression, anyFlow, NOW } from '../../filter/testing/arbitrary-queries.ts'
import { matches } from '../../filter/tree/evaluate.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { parseScope } from '../../filter/scope.ts'
import { asksFor } from '../../filter/tree/asks-for.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import type { Flow } from '../../flows/flow.ts'
import {
  type Filter,
  type FlowResult,
  FlowResultSchema,
  FlowStreamRequestSchema,
} from '../../gen/goldmane/api_pb.ts'
import { Goldmane } from '../../goldmane/goldmane.ts'
import { BUCKET_SECONDS, bucketStart } from '../../flows/bucket.ts'
import { FlowStore } from '../query/flow-store.ts'
import { StreamScope } from './stream-scope.ts'

const BUDGET = 64 * 2 ** 20

function scopeOf(text: string): Expression {
  const parsed = parseScope(text)
  if (!parsed.ok) throw new Error(parsed.errors[0]?.message)
  return parsed.expression
}

/** What Goldmane streams from a start on, until it has nothing more. */
async function streamed(
  goldmane: Goldmane,
  filter: Filter | null,
  start: number,
): Promise<readonly FlowResult[]> {
  const request = create(FlowStreamRequestSchema, {
    startTimeGte: BigInt(start),
    ...(filter === null ? {} : { filter }),
  })
  const abort = new AbortController()
  const results: FlowResult[] = []
  const reading = (async () => {
    for await (const result of goldmane.stream(request, abort.signal)) results.push(result)
  })()
  // The in-memory Goldmane hands over in microtasks, so that after them it has said all.
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

/** The rows of the store, interval by interval, in an order of their own. */
function rowsOf(store: FlowStore) {
  const { rows } = store.view(
    {
      shape: 'intervals',
      filter: ALL,
      time: null,
      sort: { column: 'seen', descending: true },
      offset: 0,
      limit: 1000,
      selected: null,
      frozen: false,
    },
    NOW,
  )
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** A few keys with other labels and counters in other buckets, as far back as an hour. */
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

describe('what is held under a scope', () => {
  test('is what the scope, asked of everything, gives; whatever breaks on the way', async () => {
    await fc.assert(
      fc.asyncProperty(anyScope, anyTraffic, fc.nat(24), async (expression, traffic, breaksAfter) => {
        const goldmane = new Goldmane({ now: () => NOW })
        for (const flow of traffic) goldmane.ingest(flow)
        const everything = await streamed(goldmane, null, -3600)
        const matching = everything.filter((result) => matches(expression, flowOf(result), NOW))
        const wanted = new FlowStore({ budget: BUDGET, live: true })
        for (const message of encoded(matching)) wanted.appendResult(message)

        const store = new FlowStore({ budget: BUDGET, live: true })
        const scope = new StreamScope(expression, store)
        scope.opened(-3600, NOW)
        const sent = await streamed(goldmane, scope.filter, -3600)
        scope.take(encoded(sent).slice(0, breaksAfter))
        store.clearIds()
        const start = scope.resumeFrom() ?? -3600
        scope.opened(start, NOW)
        scope.take(encoded(await streamed(goldmane, scope.filter, start)))

        expect(rowsOf(store)).toEqual(rowsOf(wanted))
        expect(store.holdings()).toMatchObject({ records: matching.length, refused: 0, gaps: 0 })
        expect(scope.leftOut).toBe(sent.length - matching.length)
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
  const setUp = (text: string, keptKeys?: number) => {
    const store = new FlowStore({ budget: BUDGET, live: true })
    const scope = new StreamScope(scopeOf(text), store, keptKeys)
    scope.opened(-3585, START)
    return { store, scope }
  }

  test('goes by the labels of each record: a key may belong now and not a bucket later', () => {
    const { store, scope } = setUp('dst.label.app = api')
    scope.take([
      message(1, 0, buildFlow()),
      message(1, 1, buildFlow({}, { destLabels: ['app=web'] })),
      message(1, 2, buildFlow()),
    ])
    expect(store.holdings().records).toBe(2)
    expect(scope.leftOut).toBe(1)
  })

  test('goes by the counters of each record', () => {
    const { store, scope } = setUp('bytes > 1kB and src.label.app = web')
    scope.take([
      message(1, 0, buildFlow()),
      message(1, 1, buildFlow({}, { bytesIn: 0, bytesOut: 10 })),
      message(2, 1, buildFlow({ destPort: 81 }, { sourceLabels: [] })),
    ])
    expect(store.holdings().records).toBe(1)
    expect(scope.leftOut).toBe(2)
  })

  test('an id that another key has on the next stream does not inherit its verdict', () => {
    const { store, scope } = setUp('src.label.app = web')
    scope.take([message(1, 0, buildFlow({}, { sourceLabels: [] }))])
    scope.opened(START, START)
    scope.take([message(1, 1, buildFlow({ sourceName: 'other' }))])
    expect(store.holdings().records).toBe(1)
  })

  const many = (bucket: number) =>
    Array.from({ length: 300 }, (_, port) =>
      message(port, bucket, buildFlow({ destPort: port }, port % 2 === 0 ? { sourceLabels: [] } : {})),
    )

  test('more keys than verdicts are kept for', () => {
    const { store, scope } = setUp('src.label.app = web', 64)
    scope.take(many(0))
    scope.take(many(1))
    expect(store.holdings().records).toBe(300)
    expect(scope.leftOut).toBe(300)
  })

  test('what cannot be read is refused with its reason, not left out', () => {
    const { store, scope } = setUp('src.label.app = web')
    scope.take([Uint8Array.of(255, 255)])
    expect(store.holdings().refused).toBe(1)
    expect(scope.leftOut).toBe(0)
  })

  test('labels of both sides in turns, which no Goldmane sends, are read the long way', () => {
    const { store, scope } = setUp('dst.label.app = api')
    const plain = message(1, 0, buildFlow())
    // The flow once more, appended to itself: lists of labels are joined.
    const twice = new Uint8Array([...plain, ...plain.subarray(2)])
    scope.take([twice])
    expect(store.holdings()).toMatchObject({ records: 1, refused: 0 })
  })
})

describe('where nothing was received', () => {
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

  test('quiet buckets of a stream that stood are no gaps; a time that nobody asked for is one', () => {
    const store = new FlowStore({ budget: BUDGET, live: true })
    const scope = new StreamScope(scopeOf('dst.ns = backend'), store)
    scope.opened(-3585, START + 30)
    scope.take([at(0), at(9)])
    expect(store.holdings().gaps).toBe(0)
    // After a break the newest bucket is asked for: all since then came.
    scope.opened(START + 9 * 15, START + 40 * 15)
    scope.take([at(40)])
    expect(store.holdings().gaps).toBe(0)
    // After two hours only the last one can be had.
    scope.opened(-3585, START + 40 * 15 + 7200)
    scope.take([at(40 + 479)])
    expect(store.holdings().gaps).toBe(1)
    expect(store.gapDetector.gaps()).toEqual([{ from: START + 41 * 15, to: START + 40 * 15 + 7200 - 3585 }])
  })
})
