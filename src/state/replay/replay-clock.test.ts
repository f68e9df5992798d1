import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import {
  advance,
  headAfter,
  headsOf,
  nearestHead,
  neighbourSpeed,
  pause,
  play,
  type ReplayClock,
  SPEEDS,
  STANDING,
  steppedHead,
} from './replay-clock.ts'

const START = 1_790_000_010
const HEADS = headsOf({ oldest: START, newest: START + 3600 })

const anyClock: fc.Arbitrary<ReplayClock> = fc.record({
  playing: fc.constant(true),
  speed: fc.constantFrom(...SPEEDS),
  loop: fc.boolean(),
  pauseAtDenial: fc.boolean(),
  passed: fc.double({ min: 0, max: BUCKET_SECONDS - 0.001, noNaN: true }),
  stop: fc.constant(null),
})
const anyHead = fc.integer({ min: HEADS.from, max: HEADS.to })
/** Milliseconds between two ticks: late ones, and a clock that was set back. */
const anyElapsed = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: -1000, max: 10 ** 7 }))

describe('the clock of a replay', () => {
  test('keeps the speed over many ticks, however they fall', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SPEEDS),
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 60 }),
        (speed, ticks) => {
          const heads = { from: HEADS.from, to: Number.MAX_SAFE_INTEGER }
          const from = {
            clock: { ...STANDING, playing: true, speed, pauseAtDenial: false },
            head: HEADS.from,
          }
          const { head } = ticks.reduce((moment, tick) => advance(moment, tick, heads, null), from)
          const passed = (ticks.reduce((sum, tick) => sum + tick, 0) / 1000) * speed
          // Sums of fractions differ in the last digit.
          const buckets = (head - HEADS.from) / BUCKET_SECONDS
          expect(Number.isInteger(buckets)).toBe(true)
          expect(Math.abs(passed / BUCKET_SECONDS - buckets - 0.5)).toBeLessThanOrEqual(0.5 + 1e-6)
        },
      ),
    )
  })

  test('moves on in whole buckets, stays within the capture, and never passes a new denial', () => {
    fc.assert(
      fc.property(
        anyClock,
        anyHead,
        anyElapsed,
        fc.option(fc.nat(3600), { nil: undefined }),
        (clock, head, elapsed, ahead) => {
          const denial = ahead === undefined ? null : head + ahead
          const { clock: next, head: moved } = advance({ clock, head }, elapsed, HEADS, denial)
          expect(moved).toBeGreaterThanOrEqual(HEADS.from)
          expect(moved === head || moved % BUCKET_SECONDS === 0).toBe(true)
          if (moved < head) expect([clock.loop, head, moved]).toEqual([true, HEADS.to, HEADS.from])
          if (!clock.pauseAtDenial || denial === null || denial >= HEADS.to) {
            expect(moved).toBeLessThanOrEqual(HEADS.to)
          } else if (head < HEADS.to) {
            expect(moved).toBeLessThanOrEqual(headAfter(denial))
            expect(next.stop?.by === 'denial').toBe(moved === headAfter(denial))
          }
          if (next.stop !== null) expect([next.playing, next.stop.at]).toEqual([false, moved])
          expect(next.passed).toBeLessThan(BUCKET_SECONDS)
        },
      ),
    )
  })

  test('waits until it is known where the next new denial is, unless it does not pause there', () => {
    const clock = { ...STANDING, playing: true, speed: 3600 } as const
    expect(advance({ clock, head: HEADS.from }, 300, HEADS, undefined)).toEqual({ clock, head: HEADS.from })
    const careless = { ...clock, pauseAtDenial: false }
    expect(advance({ clock: careless, head: HEADS.from }, 300, HEADS, undefined).head).toBeGreaterThan(
      HEADS.from,
    )
  })

  test('pauses at the end, or shows it for a tick and begins again', () => {
    const clock = { ...STANDING, playing: true, speed: 3600, pauseAtDenial: false } as const
    const at = { clock, head: HEADS.to - BUCKET_SECONDS }
    const ended = advance(at, 300, HEADS, null)
    expect(ended).toMatchObject({ head: HEADS.to, clock: { playing: false, stop: { by: 'end' } } })
    expect(play(ended, HEADS)).toMatchObject({ head: HEADS.from, clock: { playing: true, stop: null } })
    const looping = advance({ ...at, clock: { ...clock, loop: true } }, 300, HEADS, null)
    expect(looping).toMatchObject({ head: HEADS.to, clock: { playing: true } })
    expect(advance(looping, 300, HEADS, null)).toMatchObject({ head: HEADS.from, clock: { playing: true } })
  })

  test('stands while it does not play', () => {
    const clock = pause({ ...STANDING, playing: true })
    expect(advance({ clock, head: HEADS.from }, 900, HEADS, null)).toEqual({ clock, head: HEADS.from })
  })
})

describe('a head', () => {
  test('of a capture is after its first bucket, and at last after the last one', () => {
    expect(HEADS).toEqual({ from: START + 15, to: START + 3600 })
    expect(headsOf({ oldest: START + 1, newest: START + 2 })).toEqual({ from: START + 15, to: START + 15 })
  })

  test('steps by one bucket, and from between two buckets to the next one', () => {
    fc.assert(
      fc.property(anyHead, (head) => {
        const on = steppedHead(head, 1, HEADS)
        const back = steppedHead(head, -1, HEADS)
        expect(on - head).toBeLessThanOrEqual(BUCKET_SECONDS)
        expect(head - back).toBeLessThanOrEqual(BUCKET_SECONDS)
        expect(on > head || head === HEADS.to).toBe(true)
        expect(back < head || head === HEADS.from).toBe(true)
        expect([on, back].map((each) => each % BUCKET_SECONDS)).toEqual([0, 0])
        expect(nearestHead(on, HEADS)).toBe(on)
      }),
    )
  })

  test('has neighbour speeds, but beyond the last ones', () => {
    expect(neighbourSpeed(1, -1)).toBe(1)
    expect(neighbourSpeed(1, 1)).toBe(4)
    expect(neighbourSpeed(3600, 1)).toBe(3600)
  })
})
