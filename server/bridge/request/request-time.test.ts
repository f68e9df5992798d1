import { describe, expect, test } from 'vitest'
import { bucketStart } from '../../../src/flows/bucket.ts'
import { goldmaneTime, readerStart, streamStart } from './request-time.ts'

const NOW = 1_790_000_017
const CURRENT = bucketStart(NOW)

describe("Goldmane's time", () => {
  test.each([
    ['before the first bucket', 'reading', null, NOW],
    ['while buckets come as they should', 'live', CURRENT - 30, NOW],
    ['while a bucket is late', 'live', CURRENT - 75, NOW],
    ['by buckets of the future: a clock that is ahead', 'live', CURRENT + 570, CURRENT + 600],
    ['by old buckets of a live stream: a clock that is behind', 'live', CURRENT - 630, CURRENT - 600],
    ['while the hour is read', 'reading', CURRENT - 3000, NOW],
    ['by a bucket that is too old for the hour that is read', 'reading', CURRENT - 7200, CURRENT - 7170],
    ['while Goldmane is away', 'unreachable', CURRENT - 1200, NOW],
  ] as const)('%s', (_, state, newestBucket, time) => {
    expect(goldmaneTime({ now: NOW + 0.9, state, newestBucket })).toBe(time)
  })
})

test('who asks for the hour has all that is held, by whatever clock', () => {
  for (const asked of [-3600n, -3585n, -86_400n]) expect(readerStart(streamStart(asked, NOW), NOW)).toBe(0)
  expect(readerStart(streamStart(-3500n, NOW), NOW)).toBe(bucketStart(NOW - 3500))
  expect(readerStart(streamStart(0n, NOW), NOW)).toBe(null)
})

describe('the first bucket of a stream', () => {
  test.each([
    ['0 is live', 0n, null],
    ['a bucket that was sent', -31n, CURRENT - 30],
    ['one that is not due yet', -20n, null],
    ['the one that is filling', -1n, null],
    ['the future', BigInt(NOW + 100), null],
    ['the hour', -3600n, CURRENT - 3600],
    ['a day', -86_400n, CURRENT - 3600],
    ['1970', 1n, CURRENT - 3600],
    ['within a bucket', BigInt(CURRENT - 100), CURRENT - 105],
  ])('%s', (_, asked, start) => {
    expect(streamStart(asked, NOW)).toBe(start)
  })
})
