/** The live stream behind a gateway that says how its connection to Goldmane fares; live.test.ts has the plain proxy. */
import { describe, expect, test } from 'vitest'

import { encodeFrame } from './grpc-web-frame.ts'
import type { Freshness } from '../wire/freshness.ts'
import { callOf, FRESH, scene, settle } from './testing/live-scene.ts'

/** A scene whose gateway has answered with one freshness message. */
async function behindGateway(freshness: Partial<Freshness>, options: Parameters<typeof scene>[0] = {}) {
  const stage = scene(options)
  await settle()
  const call = callOf(stage.calls, 0)
  call.open()
  call.say(freshness)
  await settle()
  return { ...stage, call }
}

describe('a gateway that', () => {
  test('is live, with nothing to read back, is live at once, and no record came', async () => {
    const { last, received, told } = await behindGateway({})
    expect(last()).toEqual({ state: 'live' })
    expect(received).toEqual([])
    expect(told).not.toContain('messages')
  })

  test('has lost Goldmane says why, and when it tries again by our clock', async () => {
    const { last, clock } = await behindGateway({
      state: 'unreachable',
      cause: 'Nothing listens at goldmane:7443',
      // The gateway's clock is ten minutes ahead of ours.
      now: 1_700_000_600,
      retryAt: 1_700_000_607,
    })
    expect(last()).toEqual({
      state: 'reconnecting',
      trouble: {
        kind: 'offline',
        say: 'Goldmane cannot be reached. Nothing listens at goldmane:7443.',
        detail: null,
        retry: true,
        code: 'UNAVAILABLE',
      },
      retryAt: clock.now() + 7000,
      attempt: 0,
      upstream: { chain: null, since: clock.now() - 600_000 },
    })
  })

  test('hears nothing from Goldmane is never called live or connected', async () => {
    const { last, states, clock, call } = await behindGateway({
      state: 'silent',
      cause: 'It did not answer for 40 s',
    })
    expect(last()).toMatchObject({
      state: 'silent',
      trouble: { say: 'It did not answer for 40 s.' },
    })
    for (let beat = 0; beat < 20; beat++) {
      clock.advance(15_000)
      call.say({ state: 'silent', cause: 'It did not answer for 40 s' })
      await settle()
    }
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['connecting', 'silent']))
    call.say({})
    await settle()
    expect(last()).toEqual({ state: 'live' })
  })

  test('is still connecting leaves the page connecting', async () => {
    const { last, clock } = await behindGateway({ state: 'connecting' })
    clock.advance(10_000)
    expect(last()).toEqual({ state: 'connecting' })
  })

  test('hands over records and freshness in one chunk, in order', async () => {
    const seen: Freshness[] = []
    const { call, received } = await behindGateway(
      { backFill: { sent: 0, total: 4 } },
      { onFreshness: (freshness) => seen.push(freshness) },
    )
    call.send(1, 2)
    call.say({ evicted: 3 })
    call.send(3)
    await settle()
    expect(received).toEqual([1, 2, 3])
    expect(seen.map(({ evicted }) => evicted)).toEqual([0, 3])
  })

  test('sends a freshness message that cannot be read: it is refused as a record, and the stream goes on', async () => {
    const { call, received, last } = await behindGateway({})
    const malformed = Uint8Array.of(0xc2, 0x3e, 1, 0x7b)
    call.sendFrame(encodeFrame(malformed))
    call.send(7)
    await settle()
    expect(received).toEqual([...malformed, 7])
    expect(last()).toEqual({ state: 'live' })
  })

  test('leaves out three heartbeats is asked anew', async () => {
    const { calls, clock, call } = await behindGateway({})
    clock.advance(44_999)
    await settle()
    expect(call.signal.aborted).toBe(false)
    clock.advance(1)
    await settle()
    expect(calls).toHaveLength(2)
  })
})

describe('Try now', () => {
  test.each([
    ['unreachable', 'reconnecting'],
    ['silent', 'silent'],
  ] as const)(
    'reopens the stream while Goldmane is %s, and keeps the words meanwhile',
    async (state, told) => {
      const newest = 1_699_999_000
      const stage = await behindGateway(
        { state, cause: 'Gone', retryAt: FRESH.now + 60 },
        { resumeFrom: () => newest },
      )
      stage.live.retryNow()
      await settle()
      expect(stage.calls).toHaveLength(2)
      expect(stage.call.signal.aborted).toBe(true)
      expect(callOf(stage.calls, 1).start).toBe(newest)
      expect(stage.last()?.state).toBe(told)
      if (told === 'reconnecting') expect(stage.last()).toMatchObject({ retryAt: stage.clock.now() })
      callOf(stage.calls, 1).open()
      callOf(stage.calls, 1).say({})
      await settle()
      expect(stage.last()).toEqual({ state: 'live' })
    },
  )

  test('does nothing to a stream that is well', async () => {
    const { live, calls, call } = await behindGateway({})
    live.retryNow()
    await settle()
    expect(calls).toHaveLength(1)
    expect(call.signal.aborted).toBe(false)
  })
})
