import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { lacksRoom, showsBoth, stripsOf } from './timeline-strips.ts'

const DAY = 86_400
const HELD = { from: 10 * DAY, to: 10 * DAY + 3600 }

test('windows of what is held are shown on all of it', () => {
  const windows = { a: { from: HELD.from, to: HELD.from + 1800 }, b: { from: HELD.from + 1800, to: HELD.to } }
  expect(stripsOf(windows, HELD)).toEqual([{ ...HELD, sides: ['a', 'b'] }])
})

test('the same hour a week apart is two strips in the order of time, each around its window', () => {
  const windows = { a: HELD, b: { from: HELD.from - 7 * DAY, to: HELD.to - 7 * DAY } }
  expect(stripsOf(windows, HELD)).toEqual([
    { from: HELD.from - 7 * DAY - 1800, to: HELD.to - 7 * DAY + 1800, sides: ['b'] },
    { from: HELD.from - 1800, to: HELD.to + 1800, sides: ['a'] },
  ])
})

test('whatever the windows are, both are shown, and large enough to be grasped', () => {
  const range = fc
    .tuple(fc.integer({ min: 1, max: 20 * DAY }), fc.integer({ min: 15, max: 3 * DAY }))
    .map(([from, length]) => ({ from, to: from + length }))
  fc.assert(
    fc.property(range, range, fc.option(range), (a, b, held) => {
      const strips = stripsOf({ a, b }, held)
      expect(strips.flatMap(({ sides }) => sides).toSorted()).toEqual(['a', 'b'])
      expect(showsBoth(strips, { a, b })).toBe(true)
    }),
  )
})

test('a window at an end of its strip lacks room where there is more to compare beyond it', () => {
  const windows = {
    a: { from: HELD.from, to: HELD.from + 900 },
    b: { from: HELD.to - 900, to: HELD.to - 60 },
  }
  const strips = stripsOf(windows, HELD)
  expect(lacksRoom(strips, windows, HELD)).toBe(false)
  expect(lacksRoom(strips, windows, { from: HELD.from - DAY, to: HELD.to })).toBe(true)
  // What comes after the end of the strip is of no use to a window that has not reached it.
  expect(lacksRoom(strips, windows, { from: HELD.from, to: HELD.to + DAY })).toBe(false)
  const late = { ...windows, b: { from: HELD.to - 900, to: HELD.to } }
  expect(lacksRoom(strips, late, { from: HELD.from, to: HELD.to + DAY })).toBe(true)
})
