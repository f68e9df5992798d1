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
    if (order.turnOf(window * WINDOW_S, { hasHole: window > held + 1 }) === 'take') {
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
  expect(order.turnOf(300, { hasHole: false })).toBe('take')
  expect(order.turnOf(600, { hasHole: false })).toBe('take')
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

test('a hole that nothing fills holds a window up for a minute at most, which is kept meanwhile', () => {
  const clock = new ManualClock()
  const order = new WindowOrder(clock)
  expect(order.turnOf(900, { hasHole: true })).toBe('wait')
  clock.advance(31_000)
  expect(order.turnOf(900, { hasHole: true })).toBe('keep')
  clock.advance(30_000)
  expect(order.turnOf(900, { hasHole: true })).toBe('take')
})

test('an older window that waits goes first, until its sender has given it up', () => {
  const clock = new ManualClock()
  const order = new WindowOrder(clock)
  expect(order.turnOf(600, { hasHole: true })).toBe('wait')
  expect(order.turnOf(900, { hasHole: false })).toBe('wait')
  clock.advance(30_000)
  expect(order.turnOf(900, { hasHole: false })).toBe('keep')
  clock.advance(6000)
  expect(order.turnOf(900, { hasHole: false })).toBe('take')
})

test('an emitter that is slow, and gives a window up every 30 s, loses none that it tries twice', () => {
  const clock = new ManualClock(1_790_000_000_000)
  const order = new WindowOrder(clock)
  const [kept, taken] = [new Set<number>(), new Set<number>()]
  const tried = new Map<number, number>()
  let latest = 0
  // One post after another takes its time: a window comes again after 38 s, and not after 30 s.
  const attempt = (window: number, left: number): void => {
    if (window <= latest || left === 0) return
    tried.set(window, (tried.get(window) ?? 0) + 1)
    const hasHole = window > 1 && !kept.has(window - 1)
    const turn = order.turnOf(window * WINDOW_S, { hasHole })
    if (turn !== 'wait') kept.add(window)
    if (turn === 'take') {
      taken.add(window)
      latest = window
    } else clock.after(38_000, () => attempt(window, left - 1))
  }
  // An outage of six minutes has left the older ones fewer attempts. The first one is held, the second one was given up.
  kept.add(1)
  for (let window = 3; window <= 12; window++) clock.after(window * 700, () => attempt(window, window - 2))
  for (let window = 13; window <= 40; window++)
    clock.after((window - 12) * WINDOW_S * 1000, () => attempt(window, MAX_ATTEMPTS))
  clock.advance(1_500_000)
  const twice = [...tried].filter(([, times]) => times > 1).map(([window]) => window)
  expect(twice.filter((window) => !kept.has(window))).toEqual([])
  expect([...kept]).toHaveLength(1 + 37)
  expect(taken).toContain(40)
})
