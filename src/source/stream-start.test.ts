import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_BACK_FILL, startOfStream } from './stream-start.ts'

describe('the start that is asked for', () => {
  const now = 1_700_000_000_000

  test('with nothing held is the history wanted, within what the server back-fills', () => {
    expect(startOfStream(null, 0, now, now)).toBe(0)
    expect(startOfStream(null, 1, now, now)).toBe(-30)
    expect(startOfStream(null, 900, now, now)).toBe(-900)
    expect(startOfStream(null, 3600, now, now)).toBe(-3585)
  })

  test('with nothing held yet covers the time since the source was opened', () => {
    expect(startOfStream(null, 0, now, now + 120_000)).toBe(-120)
    expect(startOfStream(null, 900, now, now + 60_000)).toBe(-960)
  })

  test('with a bucket held is that bucket, or everything when it may have left the ring', () => {
    expect(startOfStream(now / 1000 - 45, 900, now, now)).toBe(now / 1000 - 45)
    expect(startOfStream(now / 1000 - 3300, 900, now, now)).toBe(now / 1000 - 3300)
    expect(startOfStream(now / 1000 - 3301, 900, now, now)).toBe(-3585)
  })

  test('misses nothing that the server holds, and is never in its two newest buckets, whatever our clock says', () => {
    fc.assert(
      fc.property(
        // The server's time, the age of the newest bucket held in buckets (two have closed since), our clock's error.
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
          // From the bucket held on, or from the oldest that a relative start may reach.
          expect(bucket).toBeLessThanOrEqual(Math.max(held, filling - MAX_BACK_FILL + 15))
        },
      ),
    )
  })
})
