import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Pace } from './pace.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function paced() {
  const began = Date.now()
  const at: number[] = []
  const pace = new Pace(() => at.push(Date.now() - began), Date.now)
  return { pace, at }
}

test('who waits is answered in the next turn, once for all that was asked', () => {
  const { pace, at } = paced()
  pace.atOnce()
  pace.atOnce()
  pace.afterNews()
  vi.runAllTimers()
  expect(at).toEqual([0])
})

test('news is shown when no more came for a moment', () => {
  const { pace, at } = paced()
  pace.afterNews()
  vi.advanceTimersByTime(5)
  pace.afterNews()
  vi.runAllTimers()
  expect(at).toEqual([15])
})

test('news that goes on is shown ten times a second, and its end at once', () => {
  const { pace, at } = paced()
  for (let i = 0; i < 50; i++) {
    pace.afterNews()
    vi.advanceTimersByTime(5)
  }
  vi.runAllTimers()
  expect(at).toEqual([100, 200, 255])
})

test('news that trickles in is shown twenty times a second at most', () => {
  const { pace, at } = paced()
  for (let i = 0; i < 10; i++) {
    pace.afterNews()
    vi.advanceTimersByTime(15)
  }
  vi.runAllTimers()
  expect(at).toEqual([10, 60, 115, 165])
})

test('nothing is said any more once it was cancelled', () => {
  const { pace, at } = paced()
  pace.afterNews()
  pace.cancel()
  vi.runAllTimers()
  expect(at).toEqual([])
})
