import { expect, test } from 'vitest'
import { EMPTY_HEADER } from '../../../src/capture/format/capture-header.ts'
import { ComparedSide } from './compared-side.ts'

const WINDOW = { from: 1000, to: 2000 }
const cause = 'Goldmane was not reached'

test('of a gap the part in the window is kept, once', () => {
  const side = new ComparedSide('a.ndjson', WINDOW)
  side.addGap({ from: 900, to: 1100, cause })
  side.addGap({ from: 1900, to: 2100, cause })
  // A recorder writes a gap again in each header that follows.
  side.addHeader({ ...EMPTY_HEADER, gaps: [{ from: 1900, to: 2500, reason: cause }] })
  side.addGap({ from: 500, to: 1000, cause })
  side.addGap({ from: 2000, to: 2100, cause })
  expect(side.gaps).toEqual([
    { from: 1000, to: 1100, cause },
    { from: 1900, to: 2000, cause },
  ])
})

test('a side without a window has its gaps whole', () => {
  const side = new ComparedSide('a.ndjson', null)
  side.addGap({ from: 900, to: 9000, cause })
  expect(side.gaps).toEqual([{ from: 900, to: 9000, cause }])
})

test('more gaps than anybody reads are counted', () => {
  const side = new ComparedSide('a.ndjson', null)
  for (let i = 0; i < 103; i++) side.addGap({ from: 10 * i + 1, to: 10 * i + 5, cause })
  expect([side.gaps.length, side.moreGaps]).toEqual([100, 3])
})

test('what is compared is the part of the window that there are records of', () => {
  const side = new ComparedSide('a.ndjson', WINDOW)
  expect(side.covered).toBeNull()
  side.holds(1200, 1215)
  expect(side.covered).toEqual({ from: 1200, to: 1215 })
  side.holds(800, 3000)
  expect(side.covered).toEqual(WINDOW)
})
