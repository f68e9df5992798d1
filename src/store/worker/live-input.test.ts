/** The live source with its store, against a server that answers Flows.Stream and Flows.List as the test says. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { describe, expect, test, vi } from 'vitest'

import { parseScope } from '../../filter/scope.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import {
  FlowListRequestSchema,
  FlowListResultSchema,
  type FlowResult,
  FlowResultSchema,
} from '../../gen/goldmane/api_pb.ts'
import { ManualClock } from '../../lib/testing/manual-clock.ts'
import { encodeFrame, TRAILERS_FLAG } from '../../source/grpc-web-frame.ts'
import type { LiveState } from '../../source/live-state.ts'
import { FRESH } from '../../source/testing/live-scene.ts'
import { encodeFreshness } from '../../wire/freshness.ts'
import { flowToMessage } from '../../wire/testing/flow-to-message.ts'
import { RecordStore } from '../keys/record-store.ts'
import { LiveInput } from './live-input.ts'

const START = 1_790_000_010

function resultOf(bucket: number, sourceName = 'web-*'): FlowResult {
  const startTime = START + bucket * 15
  const flow = flowToMessage(buildFlow({ sourceName }, { startTime, endTime: startTime + 15 }))
  return create(FlowResultSchema, { id: 1n, flow })
}

function scopeOf(text: string): Expression {
  const parsed = parseScope(text)
  if (!parsed.ok) throw new Error('no scope')
  return parsed.expression
}

/** A live input whose clock stands 30 s after the bucket 10 began, and the server that it asks. */
function scene(scope: Expression = ALL) {
  const clock = new ManualClock((START + 10 * 15 + 30) * 1000)
  const abort = new AbortController()
  const store = new RecordStore({ budget: 64 * 2 ** 20, live: true })
  const streams: ReadableStreamDefaultController<Uint8Array>[] = []
  const listed: number[] = []
  const held: FlowResult[] = []
  const states: LiveState[] = []
  const headers = { 'content-type': 'application/grpc-web+proto' }
  const fetcher: typeof fetch = async (url, init) => {
    if (!(init?.body instanceof Uint8Array)) throw new Error('odd call')
    if (typeof url === 'string' && url.endsWith('/Stream')) {
      const body = new ReadableStream<Uint8Array>({ start: (controller) => void streams.push(controller) })
      return new Response(body, { headers })
    }
    const request = fromBinary(FlowListRequestSchema, init.body.subarray(5))
    listed.push((Number(request.startTimeGte) - START) / 15)
    const flows = held.filter(({ flow }) => flow?.startTime === request.startTimeGte)
    const answer = toBinary(FlowListResultSchema, create(FlowListResultSchema, { flows }))
    const status = encodeFrame(new TextEncoder().encode('grpc-status: 0\r\n'), TRAILERS_FLAG)
    return new Response(new Blob([encodeFrame(answer), status]).stream(), { headers })
  }
  const input = new LiveInput({
    source: { kind: 'live', endpoint: 'http://127.0.0.1/', history: 3600, scope },
    store,
    onState: (state) => void states.push(state),
    onNews: () => undefined,
    signal: abort.signal,
    fetch: fetcher,
    clock,
    random: () => 0,
  })
  const send = (...results: readonly FlowResult[]) => {
    for (const result of results) streams.at(-1)?.enqueue(encodeFrame(toBinary(FlowResultSchema, result)))
  }
  const say = (freshness: Partial<typeof FRESH>) =>
    streams.at(-1)?.enqueue(encodeFrame(encodeFreshness({ ...FRESH, ...freshness })))
  /** Waits until that many streams were opened and the report is there. */
  const opened = async (count: number) => {
    await vi.waitFor(() => {
      clock.advance(0)
      expect(streams).toHaveLength(count)
      expect(input.report()).not.toBeNull()
    })
  }
  const holds = (records: number) => vi.waitFor(() => expect(store.holdings().records).toBe(records))
  return { input, store, clock, abort, streams, listed, held, states, send, say, opened, holds }
}

describe('a live input', () => {
  test('fills the gap of a resumption through a plain proxy by itself, and keeps what it held', async () => {
    const { input, store, clock, streams, listed, held, send, opened, holds } = scene()
    await opened(1)
    send(resultOf(8), resultOf(9))
    await holds(2)
    streams[0]?.error(new TypeError('network error'))
    await opened(2)
    send(resultOf(9), resultOf(13))
    await holds(3)
    expect(store.holdings()).toMatchObject({ gaps: 1, duplicates: 1 })
    held.push(resultOf(10), resultOf(11), resultOf(12), resultOf(12, 'api-*'))
    clock.advance(30_000)
    await holds(7)
    expect(listed).toEqual([10, 11, 12])
    expect(store.holdings().gaps).toBe(0)
    expect(input.report()?.fill).toMatchObject({ state: 'done', found: 4 })
  })

  test('leaves it to a gateway that fills its gaps itself, until the reader asks', async () => {
    const { input, store, clock, streams, listed, held, send, say, opened, holds } = scene()
    await opened(1)
    say({})
    send(resultOf(8))
    await holds(1)
    streams[0]?.error(new TypeError('network error'))
    await opened(2)
    say({ missing: [{ from: START + 9 * 15, to: START + 10 * 15 }], evicted: 7 })
    send(resultOf(10))
    await holds(2)
    expect(input.report()).toMatchObject({
      gaps: [{ from: START + 9 * 15, to: START + 10 * 15 }],
      awaited: [{ from: START + 9 * 15, to: START + 10 * 15 }],
      evictedByGateway: 7,
    })
    clock.advance(40_000)
    expect(listed).toEqual([])
    held.push(resultOf(9))
    await input.fillGaps({ from: 0, to: Number.POSITIVE_INFINITY })
    expect(listed).toEqual([9])
    expect(store.holdings()).toMatchObject({ records: 3, gaps: 0 })
  })

  test('names what the gateway did not send, until it was asked for', async () => {
    const { input, held, send, say, opened, holds } = scene()
    await opened(1)
    say({})
    send(resultOf(8), resultOf(9))
    const lost = { from: START + 9 * 15, to: START + 10 * 15 }
    say({ lost: [lost] })
    say({ lost: [lost] })
    await holds(2)
    await vi.waitFor(() => expect(input.report()?.lost).toEqual([lost]))
    held.push(resultOf(9), resultOf(9, 'api-*'))
    await input.fillGaps(lost)
    expect(input.report()).toMatchObject({ lost: [], fill: { state: 'done', found: 1 } })
  })

  test('counts a freshness message that cannot be read as refused, and goes on', async () => {
    const { store, streams, send, opened, holds } = scene()
    await opened(1)
    streams[0]?.enqueue(encodeFrame(Uint8Array.of(0xc2, 0x3e, 2, 0x7b, 0x7d)))
    send(resultOf(8))
    await holds(1)
    expect(store.holdings().refused).toBe(1)
    expect(store.refusals()[0]?.reason).toContain('a result without a flow')
  })

  test('fills only what the scope matches, and does not count what it drops', async () => {
    const { input, listed, held, send, say, opened, holds } = scene(scopeOf('dst.label.app = api'))
    await opened(1)
    const lost = { from: START + 9 * 15, to: START + 10 * 15 }
    say({ lost: [lost] })
    send(resultOf(8), resultOf(10))
    await holds(2)
    const other = buildFlow(
      { sourceName: 'legacy-*' },
      { startTime: lost.from, endTime: lost.to, destLabels: ['app=old-api'] },
    )
    held.push(resultOf(9), create(FlowResultSchema, { id: 2n, flow: flowToMessage(other) }))
    await input.fillGaps(lost)
    expect(listed).toEqual([9])
    expect(input.report()?.fill).toMatchObject({ state: 'done', found: 1 })
    expect(input.outOfScope).toBe(0)
    await holds(3)
  })

  test('finds that the cluster’s clock is ahead', async () => {
    const { input, send, opened, holds } = scene()
    await opened(1)
    send(resultOf(50))
    await holds(1)
    expect(input.clockSkew).toBe(40 * 15)
    expect(input.report()?.clockSkew).toBe(40 * 15)
  })

  test('finds it also from records that came before the chunk for it was loaded', async () => {
    const { input, streams, send, holds } = scene()
    await vi.waitFor(() => expect(streams).toHaveLength(1), { interval: 0 })
    send(resultOf(50))
    await holds(1)
    await vi.waitFor(() => expect(input.clockSkew).toBe(40 * 15))
  })

  test('ends with its source: nothing is asked and no timer is left', async () => {
    const { abort, clock, streams, send, opened, holds } = scene()
    await opened(1)
    send(resultOf(8))
    await holds(1)
    streams[0]?.error(new TypeError('network error'))
    await opened(2)
    abort.abort()
    await vi.waitFor(() => expect(clock.waiting).toBe(0))
  })
})
