import { expect, test } from 'vitest'
import { PendingBuckets } from './pending-buckets.ts'

const NOW = 1_790_000_000_000
const START = NOW / 1000 - 20

test('a bucket that came before the clock was set back by hours is not waited for', () => {
  const pending = new PendingBuckets()
  pending.onChange(START, 3, 100, NOW)
  pending.onChange(START + 15, 3, 100, NOW)
  pending.onFailure(START + 15, true, NOW)
  expect(pending.next(START + 15, NOW, 8)).toEqual([])
  expect(pending.untilNext(START + 15, NOW)).toBeGreaterThan(0)
  const before = NOW - 5 * 3_600_000
  expect(pending.next(START + 15, before, 8).map(({ start }) => start)).toEqual([START, START + 15])
  expect(pending.untilNext(START + 15, before)).toBe(0)
  expect(pending.oldestWaitingEnd(START + 15, before)).toBe(START + 15)
})
