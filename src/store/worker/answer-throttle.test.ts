import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { AnswerThrottle } from './answer-throttle.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** `cost`: milliseconds that each answer takes. */
function setUp(cost = 0) {
  const began = Date.now()
  const at: number[] = []
  const answer = () => {
    at.push(Date.now() - began)
    vi.setSystemTime(Date.now() + cost)
  }
  const throttle = new AnswerThrottle(answer, Date.now)
  return { throttle, at }
}

test('a request is answered in the next turn, together with all other requests and news', () => {
  const { throttle, at } = setUp()
  throttle.now()
  throttle.now()
  throttle.onNews()
  vi.runAllTimers()
  expect(at).toEqual([0])
})

test('an answer that is due already is not put off by more requests', () => {
  const { throttle, at } = setUp()
  throttle.now()
  const putOff = vi.spyOn(globalThis, 'clearTimeout')
  vi.setSystemTime(Date.now() + 50)
  throttle.now()
  expect(putOff).not.toHaveBeenCalled()
  vi.advanceTimersByTime(0)
  expect(at).toEqual([50])
})

test('news is answered when no more came for 10 ms', () => {
  const { throttle, at } = setUp()
  throttle.onNews()
  vi.advanceTimersByTime(5)
  throttle.onNews()
  vi.runAllTimers()
  expect(at).toEqual([15])
})

test('an answer that was put off and is overdue when its timer fires is not put off again', () => {
  const { throttle, at } = setUp()
  throttle.onNews()
  vi.advanceTimersByTime(9)
  throttle.onNews()
  // The event loop is busy until after the answer is due.
  vi.setSystemTime(Date.now() + 50)
  vi.advanceTimersByTime(1)
  expect(at).toEqual([60])
})

test('news that keeps coming is answered ten times a second, and its end after 10 ms', () => {
  const { throttle, at } = setUp()
  for (let i = 0; i < 50; i++) {
    throttle.onNews()
    vi.advanceTimersByTime(5)
  }
  vi.runAllTimers()
  expect(at).toEqual([100, 200, 255])
})

test('news that comes every 15 ms is answered twenty times a second at most', () => {
  const { throttle, at } = setUp()
  for (let i = 0; i < 10; i++) {
    throttle.onNews()
    vi.advanceTimersByTime(15)
  }
  vi.runAllTimers()
  expect(at).toEqual([10, 60, 115, 165])
})

test('backs off where an answer takes long, but answers twice a second at least', () => {
  for (const [cost, most, least] of [
    [20, 11, 8],
    [40, 6, 4],
    [300, 4, 2],
  ] as const) {
    const { throttle, at } = setUp(cost)
    const began = Date.now()
    while (Date.now() - began < 2_000) {
      throttle.onNews()
      vi.advanceTimersByTime(5)
    }
    expect(at.length, `answers of ${cost} ms in two seconds`).toBeLessThanOrEqual(most)
    expect(at.length, `answers of ${cost} ms in two seconds`).toBeGreaterThanOrEqual(least)
    throttle.cancel()
  }
})

test('while a source is read the intervals grow to four seconds; its end is answered after 10 ms', () => {
  const { throttle, at } = setUp()
  throttle.onNews()
  vi.advanceTimersByTime(10)
  while (at.length < 5) {
    throttle.onNews({ moreComing: true })
    vi.advanceTimersByTime(10)
  }
  expect(at).toEqual([10, 260, 1260, 5260, 9260])
  throttle.onNews()
  vi.advanceTimersByTime(50)
  expect(at.at(-1)).toBeLessThan(9330)
  expect(at).toHaveLength(6)
})

test('while a source is read a pause of 150 ms is answered, because it may be the end', () => {
  const { throttle, at } = setUp()
  const began = Date.now()
  throttle.onNews()
  vi.advanceTimersByTime(10)
  while (Date.now() - began < 2000) {
    throttle.onNews({ moreComing: true })
    vi.advanceTimersByTime(10)
  }
  expect(at).toEqual([10, 260, 1260])
  vi.advanceTimersByTime(139)
  expect(at).toHaveLength(3)
  vi.advanceTimersByTime(1)
  expect(at).toEqual([10, 260, 1260, 2140])
})

test('a request is answered at once while a source is read', () => {
  const { throttle, at } = setUp()
  throttle.onNews()
  vi.advanceTimersByTime(10)
  throttle.onNews({ moreComing: true })
  vi.advanceTimersByTime(10)
  throttle.now()
  vi.advanceTimersByTime(1)
  expect(at).toEqual([10, 20])
})

test('does not answer once it was cancelled', () => {
  const { throttle, at } = setUp()
  throttle.onNews()
  throttle.cancel()
  vi.runAllTimers()
  expect(at).toEqual([])
})
