import { expect, test } from 'vitest'

import { bucketStart } from './bucket.ts'

test.each([
  [0, 0],
  [14, 0],
  [15, 15],
  [1_790_000_024.9, 1_790_000_010],
  [1_790_000_025, 1_790_000_025],
])('the bucket of %s starts at %s', (time, start) => {
  expect(bucketStart(time)).toBe(start)
})
