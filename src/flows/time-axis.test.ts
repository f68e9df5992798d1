import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { axisOf, maxStepsOf, roundUp, slotAt, snapRange, tickLabels, ticksOf, xOf } from './time-axis.ts'

const START = 1_790_000_010 - (1_790_000_010 % 900)
const HOUR = { from: START, to: START + 3600 }

/** The axis of a live source that holds so many minutes. */
function liveAxis(minutes: number) {
  return axisOf({ from: START, to: START + 60 * minutes }, 15, 1200, true)
}

describe('the axis', () => {
  test('gives the hour 240 bars of 4 pixels and a gap in 1,200', () => {
    expect(axisOf(HOUR, 15, 1200)).toEqual({ from: START, step: 15, slots: 240, cell: 5 })
  })

  test('keeps the width of the bars while records arrive, also when the span passes the hour', () => {
    expect(liveAxis(58)).toEqual({ from: START, step: 15, slots: 240, cell: 5 })
    expect(liveAxis(60)).toEqual(liveAxis(58))
    expect(liveAxis(61)).toEqual({ from: START, step: 15, slots: 300, cell: 4 })
    expect(liveAxis(75)).toEqual(liveAxis(61))
    // Also at the start of a source.
    expect(liveAxis(1)).toEqual(liveAxis(5))
    expect(maxStepsOf(1200)).toBe(300)
  })

  test('finds the slot at the pixels of each bar, for any width', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (bars, width, share) => {
          const axis = axisOf({ from: START, to: START + bars * 15 }, 15, width)
          const time = START + 15 * Math.floor((bars - 1) * share)
          const x = xOf(axis, time)
          expect(Number.isInteger(x)).toBe(true)
          expect([slotAt(axis, x), slotAt(axis, x + axis.cell - 0.5)]).toEqual([time, time])
          expect(axis.cell === 1 || axis.cell * axis.slots <= width).toBe(true)
        },
      ),
    )
  })

  test('has round times of the zone', () => {
    const ticks = ticksOf(axisOf(HOUR, 15, 1200), 0)
    expect(ticks.map((tick) => tick % 300)).toEqual(ticks.map(() => 0))
    expect(ticks).toHaveLength(13)
    // Half an hour off, as in India.
    const day = { from: START, to: START + 86_400 }
    for (const tick of ticksOf(axisOf(day, 300, 1200), -19_800)) expect((tick + 19_800) % 7200).toBe(0)
  })

  test('has a label at each of them, which no edge cuts', () => {
    const labels = tickLabels(axisOf(HOUR, 15, 1200), 1200)
    expect(labels.map(({ x }) => x)).toEqual(labels.map((_, i) => i * 100))
    const anchors = labels.map(({ anchor }) => anchor)
    expect([anchors[0], anchors.at(-1)]).toEqual(['start', 'end'])
    expect(new Set(anchors.slice(1, -1))).toEqual(new Set(['middle']))
  })
})

test('a range is whole steps within its limits', () => {
  expect(snapRange(START + 100, START + 38, 15, HOUR)).toEqual({ from: START + 45, to: START + 105 })
  expect(snapRange(START - 90, START - 80, 15, HOUR)).toEqual({ from: START, to: START + 15 })
  expect(snapRange(HOUR.to + 5, HOUR.to + 50, 15, HOUR)).toEqual({ from: HOUR.to - 15, to: HOUR.to })
})

test('the top value is round, and not below any bar', () => {
  expect([0, 1, 7, 74, 80, 81, 1234].map(roundUp)).toEqual([1, 1, 8, 80, 80, 100, 1500])
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (value) => {
      expect(roundUp(value)).toBeGreaterThanOrEqual(value)
      expect(roundUp(value)).toBeLessThanOrEqual(Math.max(1, value * 2 + 1))
    }),
  )
})
