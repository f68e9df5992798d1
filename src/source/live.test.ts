import { create, fromBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { type Filter, FilterSchema, FlowStreamRequestSchema } from '../gen/goldmane/api_pb.ts'
import { ManualClock } from '../lib/manual-clock.ts'
import { encodeFrame, TRAILERS } from './frame.ts'
import { LONGEST_SILENCE, openLive, SILENCE } from './live.ts'
import type { LiveOptions, LiveState } from './live.ts'

/** One call that reached the server: what it asked for, and the means to answer it. */
interface Call {
  readonly url: string
  readonly headers: Headers
  readonly start: number
  readonly filter: Filter | undefined
  readonly signal: AbortSignal
  /** Answers with an open stream. */
  open(): void
  send(...messages: number[]): void
  /** Breaks the connection, or refuses it when it is not open yet. */
  fail(): void
  /** Ends the stream with a gRPC status. */
  end(status: number): void
  answer(response: Response): void
}

/** A server that answers each call as the test says, and a page that writes down what it is told. */
function scene(options: Partial<LiveOptions> = {}) {
  const clock = new ManualClock(1_700_000_000_000)
  const network = new EventTarget()
  const calls: Call[] = []
  const states: LiveState[] = []
  const received: number[] = []
  const told: string[] = []
  const abort = new AbortController()

  const answering = async (url: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    const body = init?.body
    if (!(body instanceof Uint8Array) || !init?.signal || typeof url !== 'string') throw new Error('odd call')
    const { signal } = init
    const request = fromBinary(FlowStreamRequestSchema, body.subarray(5))
    return new Promise((resolve, reject) => {
      let controller: ReadableStreamDefaultController<Uint8Array> | null = null
      // As a real fetch: an abort rejects the call, or errors the body when that is open.
      signal.addEventListener('abort', () => {
        if (controller) controller.error(signal.reason)
        else reject(signal.reason)
      })
      calls.push({
        url,
        headers: new Headers(init.headers),
        start: Number(request.startTimeGte),
        filter: request.filter,
        signal,
        open() {
          const stream = new ReadableStream<Uint8Array>({ start: (opened) => void (controller = opened) })
          resolve(new Response(stream, { headers: { 'content-type': 'application/grpc-web+proto' } }))
        },
        send(...messages) {
          for (const message of messages) controller?.enqueue(encodeFrame(Uint8Array.of(message)))
        },
        fail() {
          if (controller) controller.error(new TypeError('network error'))
          else reject(new TypeError('Failed to fetch'))
        },
        end(status) {
          controller?.enqueue(encodeFrame(new TextEncoder().encode(`grpc-status: ${status}\r\n`), TRAILERS))
          controller?.close()
        },
        answer: resolve,
      })
    })
  }

  const live = openLive(
    {
      endpoint: 'http://127.0.0.1:8081/sub/',
      history: 900,
      filter: null,
      resumeFrom: () => null,
      onState(state) {
        states.push(state)
        told.push(state.state)
      },
      onOpen: () => void told.push('open'),
      onMessages(messages) {
        for (const message of messages) received.push(...message)
        told.push('messages')
      },
      fetch: answering,
      clock,
      // Half of the longest wait that the jitter allows.
      random: () => 0.5,
      network,
      ...options,
    },
    abort.signal,
  )
  return { live, clock, network, calls, states, received, told, abort, last: () => states.at(-1) }
}

/** Lets everything that is due run: streams hand over a chunk in a few turns of the microtask queue. */
async function settle() {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

function callOf(calls: readonly Call[], at: number): Call {
  const call = calls[at]
  if (!call) throw new Error(`there is no call ${at}: ${calls.length} came`)
  return call
}

describe('opening', () => {
  test('asks the endpoint, in binary gRPC-web, for the history wanted', async () => {
    const { calls, told } = scene()
    await settle()
    const call = callOf(calls, 0)
    expect(call.url).toBe('http://127.0.0.1:8081/sub/goldmane.Flows/Stream')
    expect(call.headers.get('content-type')).toBe('application/grpc-web+proto')
    expect(call.headers.get('x-grpc-web')).toBe('1')
    // A compressed message could not be read.
    expect(call.headers.has('grpc-accept-encoding')).toBe(false)
    expect(call.start).toBe(-900)
    expect(told).toEqual(['connecting'])
  })

  test('is live once the server answers, and says so before the first message', async () => {
    const { calls, told, received } = scene()
    await settle()
    callOf(calls, 0).open()
    callOf(calls, 0).send(1, 2)
    await settle()
    expect(told.slice(0, 3)).toEqual(['connecting', 'open', 'live'])
    expect(received).toEqual([1, 2])
  })

  test('reads nothing more while the receiver is busy', async () => {
    const held: { release?: () => void } = {}
    const batches: number[] = []
    const { calls, clock, abort, last } = scene({
      onMessages(messages) {
        batches.push(messages.length)
        return new Promise<void>((resolve) => {
          held.release = resolve
        })
      },
    })
    await settle()
    callOf(calls, 0).open()
    callOf(calls, 0).send(1, 2)
    await settle()
    expect(batches).toEqual([1])
    // A receiver that takes its time is no silence of the server.
    clock.advance(SILENCE * 2)
    await settle()
    expect(last()).toEqual({ state: 'live' })
    held.release?.()
    await settle()
    expect(batches).toEqual([1, 1])
    abort.abort()
  })
})

describe('a stream that breaks', () => {
  test('is opened again from the newest bucket held', async () => {
    let newest: number | null = null
    const { calls, clock, told, received, last } = scene({ resumeFrom: () => newest })
    await settle()
    callOf(calls, 0).open()
    callOf(calls, 0).send(1)
    await settle()
    newest = clock.now() / 1000 - 40
    callOf(calls, 0).fail()
    await settle()
    expect(last()).toMatchObject({
      state: 'reconnecting',
      trouble: { kind: 'offline', retry: true },
      retryAt: clock.now() + 250,
      attempt: 1,
    })
    clock.advance(249)
    await settle()
    expect(calls).toHaveLength(1)
    clock.advance(1)
    await settle()
    expect(callOf(calls, 1).start).toBe(newest)
    callOf(calls, 1).open()
    callOf(calls, 1).send(2)
    await settle()
    expect(last()).toEqual({ state: 'live' })
    expect(told.filter((word) => word === 'open')).toHaveLength(2)
    expect(received).toEqual([1, 2])
  })

  test('is waited for longer each time, up to a limit, and briefly again once flows came', async () => {
    const { calls, clock, states } = scene()
    const waits: number[] = []
    for (let attempt = 0; attempt < 8; attempt++) {
      await settle()
      callOf(calls, attempt).fail()
      await settle()
      const state = states.at(-1)
      if (state?.state !== 'reconnecting') throw new Error('it does not wait')
      expect(state.attempt).toBe(attempt + 1)
      waits.push(state.retryAt - clock.now())
      clock.advance(state.retryAt - clock.now())
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 7500, 7500, 7500])
    await settle()
    callOf(calls, 8).open()
    callOf(calls, 8).send(1)
    await settle()
    callOf(calls, 8).end(14)
    await settle()
    expect(states.at(-1)).toMatchObject({ state: 'reconnecting', attempt: 1, retryAt: clock.now() + 250 })
  })

  test('that opens and ends at once, again and again, is not hammered', async () => {
    const { calls, clock, last } = scene()
    for (const attempt of [0, 1, 2]) {
      await settle()
      callOf(calls, attempt).open()
      callOf(calls, attempt).end(0)
      await settle()
      expect(last()).toMatchObject({ state: 'reconnecting', attempt: attempt + 1 })
      clock.advance(15_000)
    }
  })

  test.each([
    ['ends by itself', 0, 'offline'],
    ['is cancelled by a server that shuts down', 1, 'offline'],
    ['meets the limit of streams', 8, 'refused'],
    ['is reset', 13, 'offline'],
  ])('when it %s is tried again', async (_, status, kind) => {
    const { calls, last } = scene()
    await settle()
    callOf(calls, 0).open()
    callOf(calls, 0).end(status)
    await settle()
    expect(last()).toMatchObject({ state: 'reconnecting', trouble: { kind } })
  })

  test('comes back at once when the network does', async () => {
    const { calls, network, last } = scene()
    await settle()
    callOf(calls, 0).fail()
    await settle()
    expect(last()?.state).toBe('reconnecting')
    network.dispatchEvent(new Event('online'))
    await settle()
    expect(calls).toHaveLength(2)
  })

  test('comes back at once when the reader asks for it, and says that it is trying', async () => {
    const { calls, clock, live, last } = scene()
    await settle()
    callOf(calls, 0).fail()
    await settle()
    live.retryNow()
    await settle()
    expect(calls).toHaveLength(2)
    expect(last()).toMatchObject({ state: 'reconnecting', retryAt: clock.now() })
    // The wait that was cut short does not strike later.
    clock.advance(60_000)
    await settle()
    expect(calls).toHaveLength(2)
  })
})

describe('silence', () => {
  test('an open stream without a byte for long is opened anew without an alarm: the cluster may be quiet', async () => {
    const { calls, clock, states, last } = scene()
    await settle()
    callOf(calls, 0).open()
    await settle()
    clock.advance(SILENCE - 1)
    callOf(calls, 0).send(1)
    await settle()
    clock.advance(SILENCE - 1)
    await settle()
    expect(last()).toEqual({ state: 'live' })
    clock.advance(1)
    await settle()
    expect(callOf(calls, 0).signal.aborted).toBe(true)
    callOf(calls, 1).open()
    await settle()
    expect(last()).toEqual({ state: 'live' })
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['connecting', 'live']))
  })

  test('when the attempt after the silence fails, the connection was broken', async () => {
    const { calls, clock, last } = scene()
    await settle()
    callOf(calls, 0).open()
    await settle()
    clock.advance(SILENCE)
    await settle()
    callOf(calls, 1).fail()
    await settle()
    expect(last()).toMatchObject({ state: 'reconnecting', attempt: 1, trouble: { kind: 'offline' } })
  })

  test('a server that never answers counts as broken', async () => {
    const { calls, clock, last } = scene()
    await settle()
    clock.advance(SILENCE)
    await settle()
    expect(callOf(calls, 0).signal.aborted).toBe(true)
    expect(last()).toMatchObject({
      state: 'reconnecting',
      trouble: { kind: 'offline', detail: expect.stringContaining('nothing came for 90 s') },
    })
  })
})

describe('a filter', () => {
  const filter = create(FilterSchema, { destNamespaces: [{ value: 'backend' }] })

  test('is sent, also after a break; without one everything is asked for', async () => {
    const { calls, clock } = scene({ filter })
    await settle()
    expect(callOf(calls, 0).filter).toEqual(filter)
    callOf(calls, 0).fail()
    await settle()
    clock.advance(500)
    await settle()
    expect(callOf(calls, 1).filter).toEqual(filter)

    const everything = scene()
    await settle()
    expect(callOf(everything.calls, 0).filter).toBeUndefined()
  })

  /** Lets the newest stream be quiet for the given time; whether it was given up then. */
  async function givenUpAfter({ calls, clock }: ReturnType<typeof scene>, milliseconds: number) {
    const call = callOf(calls, calls.length - 1)
    call.open()
    await settle()
    clock.advance(milliseconds - 1)
    await settle()
    if (call.signal.aborted) return false
    clock.advance(1)
    await settle()
    return call.signal.aborted
  }

  test('makes quiet usual: without news each new stream is waited for twice as long, up to a bound', async () => {
    const scoped = scene({ filter })
    await settle()
    for (const times of [1, 2, 4, 8, 8])
      expect(await givenUpAfter(scoped, SILENCE * times), `${times} times`).toBe(true)
    expect(LONGEST_SILENCE).toBe(SILENCE * 8)

    const everything = scene()
    await settle()
    for (const times of [1, 1, 1]) expect(await givenUpAfter(everything, SILENCE * times)).toBe(true)
  })

  test('news end the patience; what a new stream repeats is none', async () => {
    const held: { newest: number | null } = { newest: 100 }
    const scoped = scene({ filter, resumeFrom: () => held.newest })
    await settle()
    expect(await givenUpAfter(scoped, SILENCE)).toBe(true)
    callOf(scoped.calls, 1).open()
    callOf(scoped.calls, 1).send(1)
    await settle()
    scoped.clock.advance(SILENCE * 2 - 1)
    await settle()
    expect(callOf(scoped.calls, 1).signal.aborted).toBe(false)
    held.newest = 115
    callOf(scoped.calls, 1).send(2)
    await settle()
    scoped.clock.advance(SILENCE)
    await settle()
    expect(callOf(scoped.calls, 1).signal.aborted).toBe(true)
  })
})

describe('a refusal', () => {
  test('is not tried again by itself, but when the reader asks', async () => {
    const { calls, clock, network, live, last, states } = scene()
    await settle()
    callOf(calls, 0).answer(new Response('', { status: 403 }))
    await settle()
    expect(last()).toMatchObject({ state: 'failed', trouble: { kind: 'refused', retry: false } })
    clock.advance(3_600_000)
    network.dispatchEvent(new Event('online'))
    await settle()
    expect(calls).toHaveLength(1)
    live.retryNow()
    await settle()
    expect(calls).toHaveLength(2)
    expect(last()).toEqual({ state: 'connecting' })
    callOf(calls, 1).open()
    await settle()
    expect(states.at(-1)).toEqual({ state: 'live' })
  })

  test('a mistake in the receiver is a failure, not an endless loop', async () => {
    const { calls, last } = scene({
      onMessages() {
        throw new Error('no such column')
      },
    })
    await settle()
    callOf(calls, 0).open()
    callOf(calls, 0).send(1)
    await settle()
    expect(last()).toMatchObject({ state: 'failed', trouble: { kind: 'bug', detail: 'no such column' } })
    expect(callOf(calls, 0).signal.aborted).toBe(true)
  })
})

describe('an abort', () => {
  test.each(['connecting', 'live', 'reconnecting', 'failed'] as const)(
    'while %s ends it, leaves no timer and says nothing more',
    async (during) => {
      const { live, calls, clock, abort, states, told } = scene()
      await settle()
      const call = callOf(calls, 0)
      if (during === 'live') call.open()
      if (during === 'reconnecting') call.fail()
      if (during === 'failed') call.answer(new Response('', { status: 403 }))
      await settle()
      expect(states.at(-1)?.state).toBe(during)
      const before = told.length
      abort.abort()
      await live.done
      expect(call.signal.aborted).toBe(true)
      expect(clock.waiting).toBe(0)
      expect(told).toHaveLength(before)
    },
  )
})
