import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { type CompareChoice, windowsOf } from '../../state/compare/compare-choice.ts'
import { gripsOf, timeOfGrip, withGrip } from './window-grips.ts'

const T = 1_790_000_100
const LIMITS = { from: T, to: T + 3600 }
const WINDOWS: CompareChoice = {
  kind: 'windows',
  a: { from: T, to: T + 600 },
  b: { from: T + 1800, to: T + 2400 },
}
const AROUND: CompareChoice = { kind: 'around', moment: T + 1800, seconds: 900 }

test('an end moves by whole buckets and stays within the strip, and the window is never empty', () => {
  const ofB = { part: 'from', side: 'b' } as const
  expect(withGrip(WINDOWS, ofB, T + 1507, LIMITS)).toMatchObject({ b: { from: T + 1500, to: T + 2400 } })
  expect(withGrip(WINDOWS, ofB, T + 9999, LIMITS)).toMatchObject({ b: { from: T + 2385, to: T + 2400 } })
  expect(withGrip(WINDOWS, { part: 'to', side: 'b' }, T + 9999, LIMITS)).toMatchObject({
    a: { from: T, to: T + 600 },
    b: { from: T + 1800, to: T + 3600 },
  })
})

test('a window moves as it is', () => {
  expect(withGrip(WINDOWS, { part: 'place', side: 'a' }, T + 3300, LIMITS)).toMatchObject({
    a: { from: T + 3000, to: T + 3600 },
  })
})

test('around a moment the outer ends move alike, and the moment takes both windows along', () => {
  expect(withGrip(AROUND, { part: 'to', side: 'b' }, T + 3000, LIMITS)).toEqual({ ...AROUND, seconds: 1200 })
  expect(withGrip(AROUND, { part: 'from', side: 'a' }, T + 1795, LIMITS)).toEqual({ ...AROUND, seconds: 15 })
  expect(withGrip(AROUND, { part: 'moment' }, T + 2400, LIMITS)).toEqual({ ...AROUND, moment: T + 2400 })
})

test('a grip is where it was put, and every window keeps a bucket at least', () => {
  const choices = fc.constantFrom(WINDOWS, AROUND)
  fc.assert(
    fc.property(choices, fc.nat(20), fc.integer({ min: T - 5000, max: T + 9000 }), (choice, nth, time) => {
      const grips = [...gripsOf(choice, 'a'), ...gripsOf(choice, 'b')]
      const grip = grips[nth % grips.length]!
      const next = withGrip(choice, grip, time, LIMITS)
      const windows = windowsOf(next)!
      for (const { from, to } of [windows.a, windows.b]) expect(to - from).toBeGreaterThanOrEqual(15)
      expect(withGrip(next, grip, timeOfGrip(next, grip), LIMITS)).toEqual(next)
    }),
  )
})
