import { expect, test } from 'vitest'

import { afterDrag, dragKindAt } from './drag.ts'
import { axisOf } from '../../flows/time-axis.ts'

const START = 1_790_000_010 - (1_790_000_010 % 900)
const HOUR = { from: START, to: START + 3600 }
const AXIS = axisOf(HOUR, 15, 1200)
const RANGE = { from: START + 1500, to: START + 3000 }

const kindAt = (x: number, range = RANGE) => dragKindAt(x, false, AXIS, range, false)

test('a drag is of a handle near an end of the range, of the range inside of it, and new elsewhere', () => {
  // The range is from pixel 500 to 1000.
  expect([480, 490, 505, 750, 995, 1010, 1020].map((x) => kindAt(x))).toEqual([
    'new',
    'from',
    'from',
    'move',
    'to',
    'to',
    'new',
  ])
  // Of a range of 10 pixels the middle still moves it.
  const short = { from: START + 1500, to: START + 1530 }
  expect([502, 505, 508].map((x) => kindAt(x, short))).toEqual(['from', 'move', 'to'])
  expect(dragKindAt(750, true, AXIS, RANGE, true)).toBe('pan')
  expect(dragKindAt(750, true, AXIS, RANGE, false)).toBe('new')
})

test('a drag selects whole steps, in either direction', () => {
  const drag = { kind: 'new', x: 103, range: null, part: null } as const
  expect(afterDrag(drag, 198, AXIS, HOUR).range).toEqual({ from: START + 315, to: START + 600 })
  expect(afterDrag({ ...drag, x: 198 }, 103, AXIS, HOUR).range).toEqual({
    from: START + 315,
    to: START + 600,
  })
})

test('a handle does not pass the other one, and a range keeps its length within the records held', () => {
  const drag = { x: 500, range: RANGE, part: null }
  expect(afterDrag({ ...drag, kind: 'from' }, 1100, AXIS, HOUR).range).toEqual({
    from: RANGE.to - 15,
    to: RANGE.to,
  })
  expect(afterDrag({ ...drag, kind: 'to', x: 1000 }, 100, AXIS, HOUR).range).toEqual({
    from: RANGE.from,
    to: RANGE.from + 15,
  })
  expect(afterDrag({ ...drag, kind: 'move' }, 1200, AXIS, HOUR).range).toEqual({
    from: HOUR.to - 1500,
    to: HOUR.to,
  })
})

test('a drag below the bars moves what is drawn against the pointer', () => {
  const part = { from: START + 600, to: START + 1800 }
  const axis = axisOf(part, 15, 1200)
  const { range, part: after } = afterDrag({ kind: 'pan', x: 400, range: RANGE, part }, 250, axis, HOUR)
  expect(range).toBe(RANGE)
  expect(after).toEqual({ from: START + 750, to: START + 1950 })
})
