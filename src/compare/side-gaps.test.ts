import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { compareSides } from './compare.ts'
import { gapSentences, gapsWithin, secondsMissing } from './side-gaps.ts'
import { A, B, buildSide, records } from './testing/build-side.ts'

const times = (from: number, to: number): string => `${from} to ${to}`

describe('gaps', () => {
  it('cover as many seconds as are in any of them', () => {
    const gap = fc
      .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 }))
      .map(([from, length]) => ({ from, to: from + length, cause: null }))
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 6 }), (gaps) => {
        const range = { from: 10, to: 50 }
        const seconds = Array.from({ length: 40 }, (_, i) => 10 + i)
        const missing = seconds.filter((second) => gaps.some(({ from, to }) => from <= second && second < to))
        expect(secondsMissing(gapsWithin(gaps, range))).toBe(missing.length)
      }),
    )
  })

  it('shorten what is compared: the same rate in a window with a gap is no change', () => {
    const a = buildSide(A, records({}, { count: 120 }))
    const half = records({}, { count: 60 })
    const lacking = buildSide(B, half)
    lacking.lack([{ from: B.from + 900, to: B.to + 60, cause: null }])
    expect(compareSides(a, buildSide(B, half)).groups).toHaveLength(1)
    const comparison = compareSides(a, lacking)
    expect(comparison.groups).toEqual([])
    expect(comparison.b).toMatchObject({ seconds: 900, gaps: [{ from: B.from + 900, to: B.to }] })
  })

  it('are named with their cause, and with what they make doubtful', () => {
    const cause = 'The gateway did not run'
    expect(gapSentences('B', [{ from: 1, to: 2, cause }], times)).toEqual([
      'B has a gap 1 to 2: The gateway did not run',
      'Because of the gap in B, what is gone from B may be there, and was not recorded',
    ])
    const many = Array.from({ length: 7 }, (_, i) => ({ from: i * 10, to: i * 10 + 5, cause: null }))
    expect(gapSentences('A', many, times, 3).slice(5)).toEqual([
      'A has 5 more gaps',
      'Because of the gaps in A, what is new in B may have been there before',
    ])
    expect(gapSentences('A', [], times)).toEqual([])
  })
})
