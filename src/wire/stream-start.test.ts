import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_BACK_FILL_S, startOfStream } from './stream-start.ts'

describe('the start of a stream', () => {
  const now = 1_700_000_000_000

  test('before the first record is the back-fill wanted, within the limits of the server', () => {
    expect(startOfStream(null, 0, now, now)).toBe(0)
    expect(startOfStream(null, 1, now, now)).toBe(-30)
    expect(startOfStream(null, 900, now, now)).toBe(-900)
    expect(startOfStream(null, 3600, now, now)).toBe(-3585)
  })

  test('before the first record covers the time since the source was opened, too', () => {
    expect(startOfStream(null, 0, now, now + 120_000)).toBe(-120)
    expect(startOfStream(null, 900, now, now + 60_000)).toBe(-960)
  })

  test('after a bucket was received is that bucket, or the whole ring when the bucket may have left it', () => {
    expect(startOfStream(now / 1000 - 45, 900, now, now)).toBe(now / 1000 - 45)
    expect(startOfStream(now / 1000 - 3300, 900, now, now)).toBe(now / 1000 - 3300)
    expect(startOfStream(now / 1000 - 3301, 900, now, now)).toBe(-3585)
  })

  test('misses no record in the ring and is never in its two newest buckets, with any error of the client’s clock', () => {
    fc.assert(
      fc.property(
        // The server's time, the age of the newest bucket received in buckets (two have closed since), the clock's
        // error.
        fc.integer({ min: 1_700_000_000, max: 1_800_000_000 }),
        fc.integer({ min: 2, max: 600 }),
        fc.integer({ min: -300, max: 86_400 }),
        (server, age, error) => {
          const filling = server - (server % 15)
          const held = filling - age * 15
          const start = startOfStream(held, 900, 0, (server + error) * 1000)
          const absolute = start < 0 ? server + start : start
          const bucket = absolute - (absolute % 15)
          expect(bucket).toBeLessThanOrEqual(filling - 30)
          expect(bucket).toBeGreaterThanOrEqual(filling - 3600)
          // The stream starts at the bucket received, or at the oldest bucket that a relative start reaches.
          expect(bucket).toBeLessThanOrEqual(Math.max(held, filling - MAX_BACK_FILL_S + 15))
        },
      ),
    )
  })
})
