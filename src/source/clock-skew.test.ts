import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ClockSkew, MIN_SKEW_S } from './clock-skew.ts'

const START = 1_790_000_010

/** Adds `count` live buckets, the first of that number, each delayed by a jitter; returns the number of the next one. */
function addLive(
  skew: ClockSkew,
  ahead: number,
  first: number,
  count: number,
  jitter: (bucket: number) => number,
): number {
  for (let bucket = first; bucket < first + count; bucket++) {
    const start = START + bucket * 15
    skew.add(start, start + 30 - ahead + jitter(bucket))
  }
  return first + count
}

const anySkew = fc.integer({ min: -7200, max: 7200 })
const anyJitter = fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 8, maxLength: 8 })

describe('the skew of the clocks', () => {
  test('is found from live buckets, whatever their jitter, within it', () => {
    fc.assert(
      fc.property(anySkew, anyJitter, (ahead, jitter) => {
        const skew = new ClockSkew()
        addLive(skew, ahead, 0, 8, (bucket) => jitter[bucket % 8] ?? 0)
        if (Math.abs(ahead) < MIN_SKEW_S - 5) expect(skew.seconds).toBe(0)
        if (Math.abs(ahead) >= MIN_SKEW_S + 5) expect(Math.abs(skew.seconds - ahead)).toBeLessThanOrEqual(5)
      }),
    )
  })

  test('is found again after restarts, whose buckets come late and all at once', () => {
    fc.assert(
      fc.property(
        anySkew,
        fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }),
        anyJitter,
        (ahead, outages, jitter) => {
          const skew = new ClockSkew()
          const jitterOf = (bucket: number) => jitter[bucket % 8] ?? 0
          let bucket = addLive(skew, ahead, 0, 6, jitterOf)
          for (const missed of outages) {
            // All of them come when the last one would have come.
            const at = START + (bucket + missed) * 15 + 30 - ahead
            for (let each = bucket; each <= bucket + missed; each++) skew.add(START + each * 15, at)
            bucket = addLive(skew, ahead, bucket + missed + 1, 5, jitterOf)
          }
          if (Math.abs(ahead) < MIN_SKEW_S - 5) expect(skew.seconds).toBe(0)
          if (Math.abs(ahead) >= MIN_SKEW_S + 5) expect(Math.abs(skew.seconds - ahead)).toBeLessThanOrEqual(5)
        },
      ),
    )
  })

  test('is never made up by a back-fill of an hour, however long it takes', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 60, noNaN: true }), (duration) => {
        const skew = new ClockSkew()
        for (let bucket = 0; bucket < 240; bucket++)
          skew.add(START + bucket * 15, START + 240 * 15 + 15 + (duration * bucket) / 240)
        expect(skew.seconds).toBe(0)
      }),
    )
  })

  test('ahead is known from the first bucket, behind only after a minute', () => {
    const [ahead, behind] = [new ClockSkew(), new ClockSkew()]
    addLive(ahead, 600, 0, 1, () => 0)
    addLive(behind, -600, 0, 4, () => 0)
    expect([ahead.seconds, behind.seconds]).toEqual([600, 0])
    addLive(behind, -600, 4, 1, () => 0)
    expect(behind.seconds).toBe(-600)
  })

  test('ends when a clock was set right', () => {
    const skew = new ClockSkew()
    const next = addLive(skew, -600, 0, 6, () => 1)
    expect(skew.seconds).toBe(-601)
    addLive(skew, 0, next, 5, () => 1)
    expect(skew.seconds).toBe(0)
  })
})
