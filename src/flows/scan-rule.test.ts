import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { burstOf, isInBurst, isSteady, MIN_SCANNED, SCAN_SECONDS, type Target } from './scan-rule.ts'

const T = 1_790_000_010
const tried = (at: number, records = 1): Target => ({
  records,
  firstSeen: T + at,
  lastSeen: T + at + records * 15,
})
const many = (count: number, at: (i: number) => number): readonly Target[] =>
  Array.from({ length: count }, (_, i) => tried(at(i)))

describe('a scan', () => {
  test('is ten targets within five minutes, and not nine', () => {
    expect(burstOf(many(MIN_SCANNED, (i) => i * 15))).toEqual({
      count: MIN_SCANNED,
      earliestEnd: T + 15,
      latestEnd: T + MIN_SCANNED * 15,
    })
    expect(burstOf(many(MIN_SCANNED - 1, (i) => i * 15))).toBeNull()
  })

  test('is not ten targets over half an hour', () => {
    expect(burstOf(many(MIN_SCANNED, (i) => i * 180))).toBeNull()
  })

  test('that comes again every 20 minutes is one, at its last time', () => {
    const again = many(24, () => 2580).map((target) => ({ ...target, firstSeen: T + 180, records: 27 }))
    expect(burstOf(again)).toMatchObject({ count: 24, latestEnd: T + 2595 })
  })

  test('does not count ports that are in use', () => {
    const used = { records: 240, firstSeen: T, lastSeen: T + 3600 }
    const everyMinute = { records: 60, firstSeen: T, lastSeen: T + 3600 }
    expect(isSteady(used)).toBe(true)
    expect(isSteady(everyMinute)).toBe(false)
    expect(burstOf([...many(9, () => 3585), used])).toBeNull()
    expect(burstOf([...many(9, () => 3585), everyMinute])?.count).toBe(10)
  })

  test('without times is none', () => {
    expect(burstOf(Array.from({ length: 50 }, () => ({ records: 1, firstSeen: 0, lastSeen: 0 })))).toBeNull()
  })

  test('is the greatest set of targets that end within the span, whatever their order', () => {
    const targets = fc.array(
      fc.record({
        records: fc.integer({ min: 1, max: 30 }),
        at: fc.nat(120),
        length: fc.integer({ min: 1, max: 80 }),
      }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(targets, fc.nat(), (drawn, turn) => {
        const all = drawn.map(({ records, at, length }) => ({
          records,
          firstSeen: T + at * 15,
          lastSeen: T + (at + length) * 15,
        }))
        const brief = all.filter((target) => !isSteady(target))
        const sizes = brief.map(
          ({ lastSeen: end }) =>
            brief.filter(({ lastSeen }) => lastSeen <= end && end - lastSeen <= SCAN_SECONDS).length,
        )
        const greatest = Math.max(0, ...sizes)
        const burst = burstOf(all)
        expect(burst?.count ?? null).toBe(greatest >= MIN_SCANNED ? greatest : null)
        if (burst !== null) expect(all.filter((target) => isInBurst(target, burst))).toHaveLength(burst.count)
        const at = all.length === 0 ? 0 : turn % all.length
        expect(burstOf([...all.slice(at), ...all.slice(0, at)])).toEqual(burst)
      }),
    )
  })
})
