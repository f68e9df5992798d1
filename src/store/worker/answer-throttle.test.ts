import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Pace } from './answer-throttle.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** `cost`: milliseconds that each answer takes. */
function paced(cost = 0) {
  const began = Date.now()
  const at: number[] = []
  const answer = () => {
    at.push(Date.now() - began)
    vi.setSystemTime(Date.now() + cost)
  }
  const pace = new Pace(answer, Date.now)
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

test('where an answer takes long, what goes on is shown less often, but twice a second at least', () => {
  for (const [cost, most, least] of [
    [20, 11, 8],
    [40, 6, 4],
    [300, 4, 2],
  ] as const) {
    const { pace, at } = paced(cost)
    const began = Date.now()
    while (Date.now() - began < 2_000) {
      pace.afterNews()
      vi.advanceTimersByTime(5)
    }
    expect(at.length, `answers of ${cost} ms in two seconds`).toBeLessThanOrEqual(most)
    expect(at.length, `answers of ${cost} ms in two seconds`).toBeGreaterThanOrEqual(least)
    pace.cancel()
  }
})

test('what is sure to go on is shown ten times a second, also where it pauses', () => {
  const { pace, at } = paced()
  for (let i = 0; i < 12; i++) {
    pace.afterNews(true)
    vi.advanceTimersByTime(i % 2 === 0 ? 5 : 25)
  }
  vi.runAllTimers()
  expect(at).toEqual([10, 110, 210])
})

test('nothing is said any more once it was cancelled', () => {
  const { pace, at } = paced()
  pace.afterNews()
  pace.cancel()
  vi.runAllTimers()
  expect(at).toEqual([])
})
