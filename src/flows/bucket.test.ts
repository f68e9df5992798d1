import { expect, test } from 'vitest'

import { barSeconds, bucketStart } from './bucket.ts'

test.each([
  [0, 0],
  [14, 0],
  [15, 15],
  [1_790_000_024.9, 1_790_000_010],
  [1_790_000_025, 1_790_000_025],
])('the bucket of %s starts at %s', (time, start) => {
  expect(bucketStart(time)).toBe(start)
})

const HOUR = 3600
const DAY = 24 * HOUR

test.each([
  [600, 100, 15, 15],
  [HOUR, 200, 15, 30],
  [4 * HOUR, 65, 15, 5 * 60],
  [DAY, 300, 15, 5 * 60],
  [DAY, 300, HOUR, HOUR],
  [7 * DAY, 300, HOUR, HOUR],
  [7 * DAY, 40, HOUR, 6 * HOUR],
  [DAY, 300, 45, 15 * 60],
  [400 * DAY, 270, HOUR, 2 * DAY],
  [400 * DAY, 270, 3 * DAY, 3 * DAY],
])('%s s in at most %s bars of records of %s s have bars of %s s', (length, maxBars, recordSeconds, step) => {
  const from = 1_790_000_000
  expect(barSeconds({ from, to: from + length }, maxBars, recordSeconds)).toBe(step)
})
