import { expect, test } from 'vitest'
import { inBatches, PendingBuckets } from './pending-buckets.ts'

const NOW = 1_790_000_000_000
const START = NOW / 1000 - 20
const MANY = { buckets: 9, rows: 99 }

test('a bucket that came before the clock was set back by hours is not waited for', () => {
  const pending = new PendingBuckets()
  pending.onChange(START, 3, 100, NOW)
  pending.onChange(START + 15, 3, 100, NOW)
  pending.onFailure(START + 15, true, NOW)
  expect(pending.next(START + 15, NOW, MANY)).toEqual([])
  expect(pending.untilNext(START + 15, NOW)).toBeGreaterThan(0)
  const before = NOW - 5 * 3_600_000
  expect(pending.next(START + 15, before, MANY).map(({ start }) => start)).toEqual([START, START + 15])
  expect(pending.untilNext(START + 15, before)).toBe(0)
  expect(pending.oldestWaitingEnd(START + 15, before)).toBe(START + 15)
})

/** Buckets that came in this order, at the time 0. */
function pendingOf(...starts: readonly number[]): PendingBuckets {
  const pending = new PendingBuckets()
  for (const start of starts) pending.onChange(start, 1, 100, 0)
  return pending
}

const startsOf = (buckets: readonly { readonly start: number }[]) => buckets.map(({ start }) => start)

test('the oldest whole buckets are stored next, those that failed after the others', () => {
  const pending = pendingOf(45, 15, 60, 30)
  expect(startsOf(pending.next(60, 1000, MANY))).toEqual([15, 30, 45])
  expect(startsOf(pending.next(60, 1000, { ...MANY, buckets: 2 }))).toEqual([15, 30])
  pending.onFailure(15, false, 1000)
  expect(startsOf(pending.next(60, 1000, MANY))).toEqual([30, 45, 15])
  // The newest one counts as whole after 20 s without a record.
  expect(startsOf(pending.next(60, 20_000, MANY))).toEqual([30, 45, 60, 15])
})

test('buckets are stored at once until they have so many rows; one alone may have more', () => {
  const pending = new PendingBuckets()
  for (const [i, rows] of [50, 40, 11, 120, 1].entries()) pending.onChange(15 * i, rows, 1, 0)
  const max = { buckets: 9, rows: 100 }
  expect(startsOf(pending.next(75, 1000, max))).toEqual([0, 15])
  expect([...inBatches(pending.all(), max)].map(startsOf)).toEqual([[0, 15], [30], [45], [60]])
})

test('a bucket that is at fault itself waits longer each time', () => {
  const pending = pendingOf(15)
  pending.onFailure(15, true, 1000)
  expect(pending.untilNext(60, 1000)).toBe(5000)
  pending.onFailure(15, true, 6000)
  expect(pending.untilNext(60, 6000)).toBe(10_000)
})

test('all of them, and those that are lost, are in order of time', () => {
  const pending = pendingOf(45, 15, 60, 30)
  expect(startsOf(pending.all())).toEqual([15, 30, 45, 60])
  expect(startsOf(pending.takeLost(45))).toEqual([15, 30])
  expect(startsOf(pending.all())).toEqual([45, 60])
})
