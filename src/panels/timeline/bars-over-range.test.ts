import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Histogram } from '../../state/client/histogram.ts'
import { barsOverRange } from './bars-over-range.ts'

const HOUR = 3600
const FROM = 497_222 * HOUR

function histogramOf(from: number, step: number, allowed: readonly number[]): Histogram {
  return {
    from,
    step,
    measure: 'conns',
    allowed: Float64Array.from(allowed),
    denied: Float64Array.from(allowed, (each) => 2 * each),
    other: new Float64Array(allowed.length),
    gaps: new Uint8Array(allowed.length),
  }
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, each) => total + each, 0)
}

test('bars of the end of a range leave its beginning empty', () => {
  const range = { from: FROM, to: FROM + 6 * HOUR }
  const bars = barsOverRange(histogramOf(FROM + 4 * HOUR, HOUR, [3, 0]), range, 100)
  expect(bars).toMatchObject({ from: FROM, step: HOUR, measure: 'conns' })
  expect([...bars.allowed]).toEqual([0, 0, 0, 0, 3, 0])
  expect([...bars.denied]).toEqual([0, 0, 0, 0, 6, 0])
})

test('narrow bars are added up where the range has no room for so many, to a round step', () => {
  const range = { from: FROM, to: FROM + 24 * HOUR }
  const bars = barsOverRange(histogramOf(FROM, 15, [1, 2, 3, 4, 5, 6, 7, 8, 9]), range, 300)
  expect(bars.step).toBe(300)
  expect(bars.allowed).toHaveLength(288)
  expect(bars.allowed[0]).toBe(45)
})

test('a range of which nothing is held has empty bars', () => {
  const bars = barsOverRange(null, { from: FROM + 60, to: FROM + HOUR }, 60)
  expect(bars.from).toBeLessThanOrEqual(FROM + 60)
  expect(bars.from + bars.step * bars.allowed.length).toBeGreaterThanOrEqual(FROM + HOUR)
  expect(bars.allowed.every((each) => each === 0)).toBe(true)
})

test('nothing within the range is lost, and its bars are not many more than asked for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 0, max: 2000 }),
      fc.constantFrom(15, 30, 60, 300, 900, 3600),
      fc.array(fc.nat(100), { minLength: 1, maxLength: 400 }),
      fc.integer({ min: 1, max: 400 }),
      (before, after, step, sums, count) => {
        const from = Math.ceil(FROM / step) * step
        const range = { from: from - before * 15, to: from + step * sums.length + after * 15 }
        const bars = barsOverRange(histogramOf(from, step, sums), range, count)
        expect(sum(bars.allowed)).toBe(sum(sums))
        expect(bars.step % step).toBe(0)
        expect(bars.from).toBeLessThanOrEqual(range.from)
        expect(bars.from + bars.step * bars.allowed.length).toBeGreaterThanOrEqual(range.to)
        expect(bars.allowed.length).toBeLessThanOrEqual(Math.max(count, (range.to - range.from) / step) + 2)
      },
    ),
  )
})
