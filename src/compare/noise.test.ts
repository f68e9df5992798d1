import { expect, test } from 'vitest'

import { type Counted, differsBeyondNoise } from './noise.ts'

function hour(count: number): Counted {
  return { count, seconds: 3600 }
}

test('a volume changed where it is half as much again, is not small, and differs by more than chance', () => {
  expect(differsBeyondNoise(hour(100), hour(160))).toBe(true)
  expect(differsBeyondNoise(hour(160), hour(100))).toBe(true)
  // Less than half as much again, however many.
  expect(differsBeyondNoise(hour(10_000), hour(14_900))).toBe(false)
  // By chance: less than three standard deviations.
  expect(differsBeyondNoise(hour(10), hour(20))).toBe(false)
  expect(differsBeyondNoise(hour(0), hour(9))).toBe(false)
})

test('volumes are compared by their rates', () => {
  // 3 and 4 a second: more than chance, and not half as much again.
  expect(differsBeyondNoise({ count: 300, seconds: 100 }, { count: 320, seconds: 80 })).toBe(false)
  expect(differsBeyondNoise({ count: 300, seconds: 100 }, { count: 300, seconds: 50 })).toBe(true)
  // Where a length is not known, by their counts.
  expect(differsBeyondNoise({ count: 300, seconds: 0 }, { count: 300, seconds: 50 })).toBe(false)
})
