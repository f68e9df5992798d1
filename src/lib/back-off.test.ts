import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { BackOff, FIRST_DELAY_BOUND_MS, MAX_DELAY_MS, SLOW_BACK_OFF } from './back-off.ts'

test('the upper bound of the delay doubles with each attempt, until it is 15 s', () => {
  const backOff = new BackOff(() => 1)
  const delays = Array.from({ length: 8 }, () => backOff.nextDelayMs())
  expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
  expect(backOff.attempt).toBe(8)
})

test('every delay lies between 0 and the bound, wherever the jitter puts it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
      const backOff = new BackOff(() => random)
      expect(backOff.nextDelayMs()).toBe(random * FIRST_DELAY_BOUND_MS)
      for (let attempt = 2; attempt < 40; attempt++) backOff.nextDelayMs()
      expect(backOff.nextDelayMs()).toBe(random * MAX_DELAY_MS)
    }),
  )
})

test('a reset starts over with the first attempt', () => {
  const backOff = new BackOff(() => 1)
  for (let attempt = 0; attempt < 5; attempt++) backOff.nextDelayMs()
  backOff.reset()
  expect(backOff.attempt).toBe(0)
  expect(backOff.nextDelayMs()).toBe(FIRST_DELAY_BOUND_MS)
  expect(backOff.attempt).toBe(1)
})

test.each([
  [0, [30_000, 30_000, 30_000, 30_000, 30_000]],
  [1, [60_000, 120_000, 240_000, 300_000, 300_000]],
])('a slow back-off waits 30 s at least and five minutes at most, jitter %d', (random, delays) => {
  const backOff = new BackOff(() => random, SLOW_BACK_OFF)
  expect(delays.map(() => backOff.nextDelayMs())).toEqual(delays)
})
