import { create, toBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'

import { FilterSchema } from '../gen/goldmane/api_pb.ts'
import { callOf, scene, settle } from './testing/live-scene.ts'
import { IDLE_TIMEOUT_MS, MAX_IDLE_TIMEOUT_MS } from './idle-timeout.ts'

/** Opens the newest stream and lets it idle. Returns whether it was closed at exactly that time. */
async function closedAfter({ calls, clock }: ReturnType<typeof scene>, milliseconds: number) {
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

describe('a filter', () => {
  const backend = create(FilterSchema, { destNamespaces: [{ value: 'backend' }] })
  const filter = toBinary(FilterSchema, backend)

  test('is sent, also after a break; without one the request has none', async () => {
    const { calls, clock } = scene({ filter })
    await settle()
    expect(callOf(calls, 0).filter).toEqual(backend)
    callOf(calls, 0).fail()
    await settle()
    clock.advance(500)
    await settle()
    expect(callOf(calls, 1).filter).toEqual(backend)

    const everything = scene()
    await settle()
    expect(callOf(everything.calls, 0).filter).toBeUndefined()
  })

  test('doubles the idle timeout of each new stream without news, up to a bound', async () => {
    const scoped = scene({ filter })
    await settle()
    for (const times of [1, 2, 4, 8, 8])
      expect(await closedAfter(scoped, IDLE_TIMEOUT_MS * times), `${times} times`).toBe(true)
    expect(MAX_IDLE_TIMEOUT_MS).toBe(IDLE_TIMEOUT_MS * 8)

    const everything = scene()
    await settle()
    for (const times of [1, 1, 1]) expect(await closedAfter(everything, IDLE_TIMEOUT_MS * times)).toBe(true)
  })

  test('news resets the idle timeout; the replay of a known bucket is no news', async () => {
    const held: { newest: number | null } = { newest: 100 }
    const scoped = scene({ filter, resumeFrom: () => held.newest })
    await settle()
    expect(await closedAfter(scoped, IDLE_TIMEOUT_MS)).toBe(true)
    callOf(scoped.calls, 1).open()
    callOf(scoped.calls, 1).send(1)
    await settle()
    scoped.clock.advance(IDLE_TIMEOUT_MS * 2 - 1)
    await settle()
    expect(callOf(scoped.calls, 1).signal.aborted).toBe(false)
    held.newest = 115
    callOf(scoped.calls, 1).send(2)
    await settle()
    scoped.clock.advance(IDLE_TIMEOUT_MS)
    await settle()
    expect(callOf(scoped.calls, 1).signal.aborted).toBe(true)
  })
})
