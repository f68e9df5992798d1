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
  // As many as there may be, and no empty batch behind them.
  expect([...inBatches(pending.all(), { ...max, rows: 101 })].map(startsOf)).toEqual([
    [0, 15, 30],
    [45],
    [60],
  ])
  expect([...inBatches(pending.all(), { buckets: 5, rows: 999 })]).toHaveLength(1)
  expect([...inBatches([], max)]).toEqual([])
})

test('a bucket that is at fault itself waits longer each time', () => {
  const pending = pendingOf(15)
  pending.onFailure(15, true, 1000)
  expect(pending.untilNext(60, 1000)).toBe(5000)
  pending.onFailure(15, true, 6000)
  expect(pending.untilNext(60, 6000)).toBe(10_000)
  // A further record of it makes it no better.
  pending.onChange(15, 2, 100, 6000)
  expect(pending.untilNext(60, 6000)).toBe(10_000)
  for (let failures = 0; failures < 99; failures++) pending.onFailure(15, true, 6000)
  expect(pending.untilNext(60, 6000)).toBe(300_000)
})

test('all of them, and those that are lost, are in order of time', () => {
  const pending = pendingOf(45, 30, 60, 15)
  expect(startsOf(pending.all())).toEqual([15, 30, 45, 60])
  expect(pending.takeLost(null)).toEqual([])
  expect(startsOf(pending.takeLost(45))).toEqual([15, 30])
  expect(startsOf(pending.all())).toEqual([45, 60])
})

test.each([
  ['the first', [15, 30]],
  ['the last', [30, 15]],
])('the wait is that of the bucket which is due before the others, be it %s that came', (_, starts) => {
  const pending = pendingOf(...starts)
  pending.onFailure(30, true, 0)
  expect(pending.untilNext(30, 0)).toBe(1000)
  expect(new PendingBuckets().untilNext(30, 0)).toBeNull()
})

test.each([[[15, 30, 45]], [[45, 30, 15]]])('the oldest one that waits is whole, of %j', (starts) => {
  const pending = pendingOf(...starts)
  expect(pending.oldestWaitingEnd(45, 999)).toBeNull()
  expect(pending.oldestWaitingEnd(45, 1000)).toBe(30)
  // The first one has got a record since.
  pending.onChange(15, 2, 100, 1000)
  expect(pending.oldestWaitingEnd(45, 1000)).toBe(45)
  expect(new PendingBuckets().oldestWaitingEnd(45, 1000)).toBeNull()
})

test('the newest bucket is not whole when it has just come', () => {
  const pending = pendingOf(15)
  expect(pending.next(15, 0, MANY)).toEqual([])
  expect(pending.untilNext(15, 0)).toBe(20_000)
  expect(pending.untilNext(null, 0)).toBe(20_000)
})

test('a bucket that was stored leaves, unless records came meanwhile', () => {
  const pending = pendingOf(15, 30)
  const [first, second] = pending.all()
  pending.onChange(30, 2, 250, 1000)
  if (first !== undefined) pending.onStored(first)
  if (second !== undefined) pending.onStored(second)
  expect(startsOf(pending.all())).toEqual([30])
  expect([pending.size, pending.bytes]).toEqual([1, 250])
  // It was lost meanwhile.
  if (first !== undefined) pending.onStored(first)
  pending.onFailure(15, true, 1000)
  expect([pending.size, pending.remove(15), pending.remove(30)]).toEqual([1, false, true])
})

test('the version of a put is kept for the next attempt with the same rows', () => {
  const pending = pendingOf(15)
  const versions = () => pending.all().map(({ version }) => version)
  const [first] = pending.all()
  if (first !== undefined) pending.onPut(first, 7)
  pending.onFailure(15, false, 1000)
  expect(versions()).toEqual([7])
  pending.onChange(15, 2, 200, 1000)
  expect(versions()).toEqual([null])
  // Of the rows that were there before.
  if (first !== undefined) pending.onPut(first, 8)
  expect(versions()).toEqual([null])
  expect(pending.bytes).toBe(200)
})
