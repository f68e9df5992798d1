import { describe, expect, test } from 'vitest'

import { type Call, callOf, scene, settle, throwOnMessages } from './testing/live-scene.ts'
import { STABLE_AFTER_MS } from '../lib/back-off.ts'
import { IDLE_TIMEOUT_MS } from './idle-timeout.ts'
import { QUIET_AFTER_MS } from './stream-report.ts'

describe('opening', () => {
  test('asks the endpoint in binary gRPC-web for the back-fill wanted', async () => {
    const { calls, told } = scene()
    await settle()
    const call = callOf(calls, 0)
    expect(call.url).toBe('http://127.0.0.1:8081/sub/goldmane.Flows/Stream')
    expect(call.headers.get('content-type')).toBe('application/grpc-web+proto')
    expect(call.headers.get('x-grpc-web')).toBe('1')
    // The frame reader cannot read compressed messages.
    expect(call.headers.has('grpc-accept-encoding')).toBe(false)
    expect(call.start).toBe(-900)
    expect(told).toEqual(['connecting'])
  })

  test('tells the page nothing when the server answers: what stands behind it may not', async () => {
    const { calls, told, received } = scene()
    await settle()
    callOf(calls, 0).open()
    await settle()
    expect(told).toEqual(['connecting', 'open'])
    callOf(calls, 0).send(1, 2)
    await settle()
    expect(told).toContain('reading')
    expect(received).toEqual([1, 2])
  })

  test('asks for freshness messages', async () => {
    const { calls } = scene()
    await settle()
    expect(callOf(calls, 0).headers.get('x-flowtrace-freshness')).toBe('1')
  })

  test('reads nothing more while the receiver is busy', async () => {
    const held: { release?: () => void } = {}
    const batches: number[] = []
    const { calls, clock, abort, told } = scene({
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
    // The idle timeout does not run while the receiver is busy.
    clock.advance(IDLE_TIMEOUT_MS * 2)
    await settle()
    expect(told).toEqual(['connecting', 'open'])
    expect(callOf(calls, 0).signal.aborted).toBe(false)
    held.release?.()
    await settle()
    expect(batches).toEqual([1, 1])
    abort.abort()
  })
})

describe('a stream that breaks', () => {
  test('says since when nothing comes, until something does; one that never brought anything does not', async () => {
    const { calls, clock, last } = scene()
    await settle()
    callOf(calls, 0).fail()
    await settle()
    expect(last()).not.toHaveProperty('lostAt')
    clock.advance(250)
    await settle()
    callOf(calls, 1).open()
    callOf(calls, 1).send(1)
    await settle()
    const lostAt = clock.now()
    callOf(calls, 1).fail()
    await settle()
    expect(last()).toMatchObject({ state: 'reconnecting', lostAt })
    clock.advance(500)
    await settle()
    callOf(calls, 2).fail()
    await settle()
    expect(last()).toMatchObject({ state: 'reconnecting', attempt: 3, lostAt })
    clock.advance(1000)
    await settle()
    callOf(calls, 3).open()
    callOf(calls, 3).send(1)
    await settle()
    clock.advance(100)
    callOf(calls, 3).fail()
    await settle()
    expect(last()).toMatchObject({ state: 'reconnecting', lostAt: clock.now() })
  })

  test('is opened again from the newest bucket received', async () => {
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

  test('is opened again after a delay that doubles up to a bound, and starts over after one that lived', async () => {
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
    clock.advance(STABLE_AFTER_MS + 1)
    callOf(calls, 8).end(14)
    await settle()
    expect(states.at(-1)).toMatchObject({ state: 'reconnecting', attempt: 1, retryAt: clock.now() + 250 })
  })

  test.each([
    ['at once', []],
    ['right after its first data', [1, 2]],
  ])('that opens and ends %s, several times, does not reset the back-off', async (_, messages) => {
    const { calls, clock, last } = scene()
    for (const attempt of [0, 1, 2]) {
      await settle()
      callOf(calls, attempt).open()
      callOf(calls, attempt).send(...messages)
      await settle()
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
  ])('when it %s is retried', async (_, status, kind) => {
    const { calls, last } = scene()
    await settle()
    callOf(calls, 0).open()
    callOf(calls, 0).end(status)
    await settle()
    expect(last()).toMatchObject({ state: 'reconnecting', trouble: { kind } })
  })

  test('is retried at once when the network is back', async () => {
    const { calls, network, last } = scene()
    await settle()
    callOf(calls, 0).fail()
    await settle()
    expect(last()?.state).toBe('reconnecting')
    network.dispatchEvent(new Event('online'))
    await settle()
    expect(calls).toHaveLength(2)
  })

  test('is retried at once when the reader asks for it, which the page is told', async () => {
    const { calls, clock, live, last } = scene()
    await settle()
    callOf(calls, 0).fail()
    await settle()
    live.retryNow()
    await settle()
    expect(calls).toHaveLength(2)
    expect(last()).toMatchObject({ state: 'reconnecting', retryAt: clock.now() })
    // The timer of the delay was cancelled.
    clock.advance(60_000)
    await settle()
    expect(calls).toHaveLength(2)
  })
})

describe('the idle timeout', () => {
  test('opens an idle stream again without telling the page, because the cluster may be quiet', async () => {
    const { calls, clock, states, last } = scene()
    await settle()
    callOf(calls, 0).open()
    await settle()
    clock.advance(IDLE_TIMEOUT_MS - 1)
    callOf(calls, 0).send(1)
    await settle()
    clock.advance(IDLE_TIMEOUT_MS - 1)
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

  test('leads to a reconnection when the attempt after it fails: the connection was dead', async () => {
    const { calls, clock, last } = scene()
    await settle()
    callOf(calls, 0).open()
    await settle()
    clock.advance(IDLE_TIMEOUT_MS)
    await settle()
    callOf(calls, 1).fail()
    await settle()
    expect(last()).toMatchObject({ state: 'reconnecting', attempt: 1, trouble: { kind: 'offline' } })
  })

  test('ends an attempt that the server does not answer, as a broken one', async () => {
    const { calls, clock, last } = scene()
    await settle()
    clock.advance(IDLE_TIMEOUT_MS)
    await settle()
    expect(callOf(calls, 0).signal.aborted).toBe(true)
    expect(last()).toMatchObject({
      state: 'reconnecting',
      trouble: { kind: 'offline', detail: expect.stringContaining('nothing came for 90 s') },
    })
  })
})

describe('a refusal', () => {
  test('is retried slowly, not by a network that comes back, and at once when the reader asks', async () => {
    const { calls, clock, network, live, last } = scene()
    await settle()
    callOf(calls, 0).answer(new Response('', { status: 403 }))
    await settle()
    expect(last()).toMatchObject({
      state: 'reconnecting',
      trouble: { kind: 'refused', retry: false, code: 'PERMISSION_DENIED' },
      retryAt: clock.now() + 45_000,
    })
    clock.advance(44_999)
    network.dispatchEvent(new Event('online'))
    await settle()
    expect(calls).toHaveLength(1)
    clock.advance(1)
    await settle()
    expect(calls).toHaveLength(2)
    callOf(calls, 1).answer(new Response('', { status: 403 }))
    await settle()
    live.retryNow()
    await settle()
    expect(calls).toHaveLength(3)
    callOf(calls, 2).open()
    await settle()
    clock.advance(QUIET_AFTER_MS)
    expect(last()).toEqual({ state: 'live' })
  })

  test.each([
    ['PERMISSION_DENIED', (call: Call) => call.end(7)],
    ['UNIMPLEMENTED', (call: Call) => call.end(12)],
    ['UNAUTHENTICATED', (call: Call) => call.end(16)],
    ['a compressed frame', (call: Call) => call.sendFrame(Uint8Array.of(1, 0, 0, 0, 0))],
  ])('by %s is tried again after 30 s to 5 min, for ever', async (_, refuse) => {
    const { calls, clock, last } = scene({ random: () => 1 })
    const waits: number[] = []
    for (let attempt = 0; attempt < 6; attempt++) {
      await settle()
      callOf(calls, attempt).open()
      await settle()
      refuse(callOf(calls, attempt))
      await settle()
      const state = last()
      if (state?.state !== 'reconnecting') throw new Error('it does not wait')
      waits.push((state.retryAt - clock.now()) / 1000)
      clock.advance(state.retryAt - clock.now())
    }
    expect(waits).toEqual([60, 120, 240, 300, 300, 300])
  })

  test('an error thrown by the receiver is a failure, not an endless loop', async () => {
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
    'while %s ends it, leaves no timer and tells the page nothing more',
    async (during) => {
      const { live, calls, clock, abort, states, told } = scene({ onMessages: throwOnMessages })
      await settle()
      const call = callOf(calls, 0)
      if (during === 'live' || during === 'failed') call.open()
      await settle()
      if (during === 'live') clock.advance(QUIET_AFTER_MS)
      if (during === 'reconnecting') call.fail()
      if (during === 'failed') call.send(1)
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
