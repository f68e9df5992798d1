/** After an outage, as a real Goldmane's emitter does it: each window is tried by itself, and a success ends all older ones. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../src/lib/testing/manual-clock.ts'
import { WindowOrder } from './window-order.ts'

/** Milliseconds after a failure before the next attempt; goldmane/pkg/emitter/emitter.go. */
const RETRY_MS = [1000, 2000, 4000, 8000, 16_000] as const
const MAX_RETRY_MS = 30_000
const MAX_ATTEMPTS = 16
const WINDOW_S = 30

/** Windows that failed so often before the gateway was there again. Resolves with those that were taken, in their order. */
function emit(failures: readonly number[]): readonly number[] {
  const clock = new ManualClock(1_790_000_000_000)
  const order = new WindowOrder(clock)
  const taken: number[] = []
  let latest = 0
  let held = 0
  const attempt = (window: number, failed: number): void => {
    if (window <= latest || failed >= MAX_ATTEMPTS) return
    if (order.isTurnOf(window * WINDOW_S, { hasHole: window > held + 1 })) {
      taken.push(window)
      latest = window
      held = window
    } else clock.after(RETRY_MS[failed] ?? MAX_RETRY_MS, () => attempt(window, failed + 1))
  }
  // The newest one was tried least often, so that it comes first.
  failures.forEach((failed, i) => {
    const wait = RETRY_MS[failed] ?? MAX_RETRY_MS
    clock.after(Math.floor((wait * (i + 1)) / failures.length), () => attempt(i + 1, failed))
  })
  clock.advance(600_000)
  return taken
}

test('windows that follow what is held are taken at once', () => {
  const order = new WindowOrder(new ManualClock())
  expect(order.isTurnOf(300, { hasHole: false })).toBe(true)
  expect(order.isTurnOf(600, { hasHole: false })).toBe(true)
})

test('of windows that waited for the gateway none is lost, whichever is tried first', () => {
  // Of two minutes: the newest one would otherwise be taken alone.
  expect(emit([8, 7, 6, 5])).toEqual([1, 2, 3, 4])
  fc.assert(
    fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 9 }), (failures) => {
      expect(emit(failures)).toEqual(failures.map((_, i) => i + 1))
    }),
  )
})

test('a hole that nothing fills holds a window up for a minute at most', () => {
  const clock = new ManualClock()
  const order = new WindowOrder(clock)
  expect(order.isTurnOf(900, { hasHole: true })).toBe(false)
  clock.advance(31_000)
  expect(order.isTurnOf(900, { hasHole: true })).toBe(false)
  clock.advance(30_000)
  expect(order.isTurnOf(900, { hasHole: true })).toBe(true)
})

test('an older window that waits goes first, until its sender has given it up', () => {
  const clock = new ManualClock()
  const order = new WindowOrder(clock)
  expect(order.isTurnOf(600, { hasHole: true })).toBe(false)
  expect(order.isTurnOf(900, { hasHole: false })).toBe(false)
  clock.advance(30_000)
  expect(order.isTurnOf(900, { hasHole: false })).toBe(false)
  clock.advance(6000)
  expect(order.isTurnOf(900, { hasHole: false })).toBe(true)
})
