/**
 * The transitions between the states of the live stream that a single break does not reach; live.test.ts has the
 * others.
 */
import { create, toBinary } from '@bufbuild/protobuf'
import { describe, expect, test, vi } from 'vitest'

import { FilterSchema } from '../gen/goldmane/api_pb.ts'
import { MAX_DELAY_MS, STABLE_AFTER_MS } from '../lib/back-off.ts'
import { IDLE_TIMEOUT_MS } from './idle-timeout.ts'
import type { LiveState } from './live-state.ts'
import { QUIET_AFTER_MS } from './stream-report.ts'
import { callOf, scene, settle, throwOnMessages } from './testing/live-scene.ts'

type Scene = ReturnType<typeof scene>

/** The newest call, once the source has made it. */
async function newestCall({ calls }: Scene) {
  await settle()
  return callOf(calls, calls.length - 1)
}

/** Lets the next `times` attempts fail, and the delay after each of them pass. */
async function failAttempts(stage: Scene, times: number) {
  for (let i = 0; i < times; i++) {
    const call = await newestCall(stage)
    call.fail()
    await settle()
    stage.clock.advance(MAX_DELAY_MS)
  }
}

describe('the back-off starts over', () => {
  test.each([
    ['not after a stream without messages that was open for 15 s', STABLE_AFTER_MS, 3],
    ['after one that was open for longer', STABLE_AFTER_MS + 1, 1],
  ])('%s', async (_, openFor, attempt) => {
    const stage = scene()
    await failAttempts(stage, 2)
    const call = await newestCall(stage)
    call.open()
    await settle()
    stage.clock.advance(openFor)
    call.end(14)
    await settle()
    expect(stage.last()).toMatchObject({ state: 'reconnecting', attempt })
  })

  test('after a failure that the reader had tried again', async () => {
    const stage = scene({ onMessages: throwOnMessages })
    await failAttempts(stage, 2)
    const failing = await newestCall(stage)
    failing.open()
    failing.send(1)
    await settle()
    expect(stage.last()?.state).toBe('failed')
    stage.live.retryNow()
    const call = await newestCall(stage)
    call.fail()
    await settle()
    expect(stage.last()).toMatchObject({ state: 'reconnecting', attempt: 1 })
  })
})

describe('the idle timeout of a filtered stream, once doubled, starts over', () => {
  test.each([
    ['when the next attempt does not reach the server', false],
    ['when the next stream breaks', true],
  ])('%s', async (_, opens) => {
    const filter = create(FilterSchema, { destNamespaces: [{ value: 'backend' }] })
    const stage = scene({ filter: toBinary(FilterSchema, filter) })
    const idle = await newestCall(stage)
    idle.open()
    await settle()
    stage.clock.advance(IDLE_TIMEOUT_MS)
    const broken = await newestCall(stage)
    expect(broken).not.toBe(idle)
    if (opens) {
      broken.open()
      await settle()
    }
    broken.fail()
    await settle()
    stage.clock.advance(MAX_DELAY_MS)
    const call = await newestCall(stage)
    call.open()
    await settle()
    stage.clock.advance(IDLE_TIMEOUT_MS)
    await settle()
    expect(call.signal.aborted).toBe(true)
  })
})

describe('while a stream is asked for or open', () => {
  test.each(['connecting', 'live'])(
    'neither retryNow nor a network that comes back starts another (%s)',
    async (during) => {
      const { live, network, calls, states, clock } = scene()
      await settle()
      if (during === 'live') callOf(calls, 0).open()
      await settle()
      if (during === 'live') clock.advance(QUIET_AFTER_MS)
      const before = [...states]
      expect(before.at(-1)?.state).toBe(during)
      live.retryNow()
      network.dispatchEvent(new Event('online'))
      await settle()
      expect(calls).toHaveLength(1)
      expect(callOf(calls, 0).signal.aborted).toBe(false)
      expect(states).toEqual(before)
      // Neither was kept for later: the next delay is waited for.
      callOf(calls, 0).fail()
      await settle()
      expect(states.at(-1)).toMatchObject({ state: 'reconnecting', retryAt: clock.now() + 250 })
      expect(calls).toHaveLength(1)
    },
  )
})

describe('an attempt after a break', () => {
  test.each(['the delay', 'retryNow', 'the network'])(
    'is told to the page when it starts, by %s',
    async (cause) => {
      const { live, network, calls, states, clock } = scene()
      await settle()
      callOf(calls, 0).fail()
      await settle()
      if (cause === 'the delay') clock.advance(250)
      else if (cause === 'retryNow') live.retryNow()
      else network.dispatchEvent(new Event('online'))
      await settle()
      expect(calls).toHaveLength(2)
      expect(states.map(({ state }) => state)).toEqual(['connecting', 'reconnecting', 'reconnecting'])
      expect(states.at(-1)).toMatchObject({ retryAt: clock.now(), attempt: 1, trouble: { kind: 'offline' } })
    },
  )

  test('leaves the connection of the one before closed, and is its only timer', async () => {
    const { calls, clock } = scene()
    await settle()
    callOf(calls, 0).open()
    await settle()
    callOf(calls, 0).end(0)
    await settle()
    expect(callOf(calls, 0).signal.aborted).toBe(true)
    clock.advance(250)
    await settle()
    expect(calls).toHaveLength(2)
    expect(clock.waiting).toBe(1)
  })
})

describe('an abort', () => {
  test.each(['reconnecting', 'failed'])(
    'from within onState ends the source that enters %s',
    async (during) => {
      const abort = new AbortController()
      const onState = ({ state }: LiveState) => {
        if (state === during) abort.abort()
      }
      const stage = scene({ onState, onMessages: throwOnMessages }, abort)
      const call = await newestCall(stage)
      if (during === 'failed') {
        call.open()
        call.send(1)
      } else call.fail()
      await stage.live.done
      expect(stage.clock.waiting).toBe(0)
      expect(stage.calls).toHaveLength(1)
    },
  )

  test('while the receiver is busy ends the source when the receiver is done', async () => {
    const held: { release?: () => void } = {}
    const stage = scene({
      onMessages: () =>
        new Promise<void>((resolve) => {
          held.release = resolve
        }),
    })
    const call = await newestCall(stage)
    call.open()
    call.send(1)
    await settle()
    const before = [...stage.states]
    stage.abort.abort()
    await settle()
    expect(call.signal.aborted).toBe(true)
    held.release?.()
    await stage.live.done
    expect(stage.states).toEqual(before)
    expect(stage.clock.waiting).toBe(0)
  })

  test('is final: neither retryNow nor the network starts anything afterwards', async () => {
    const stage = scene()
    const stopListening = vi.spyOn(stage.network, 'removeEventListener')
    const call = await newestCall(stage)
    call.fail()
    await settle()
    stage.abort.abort()
    await stage.live.done
    expect(stopListening).toHaveBeenCalledExactlyOnceWith('online', expect.any(Function))
    const before = [...stage.states]
    stage.live.retryNow()
    stage.network.dispatchEvent(new Event('online'))
    stage.clock.advance(3_600_000)
    await settle()
    expect(stage.calls).toHaveLength(1)
    expect(stage.states).toEqual(before)
  })
})
