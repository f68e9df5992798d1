import { expect, test } from 'vitest'

import type { Row } from '../../../state/client/rows.ts'
import { buildRow } from '../../../state/testing/build-row.ts'
import { DEFAULT_PREFERENCES } from '../../../state/remembered/preferences.ts'
import { layoutOf } from '../layout/table-layout.ts'
import { RowPool } from './row-pool.ts'

/** A pool that draws without columns, whose paints the test lets come. */
function setUp() {
  const body = document.createElement('div')
  const paints: (() => void)[] = []
  const pool = new RowPool(body, (run) => paints.push(run))
  const layout = layoutOf(DEFAULT_PREFERENCES, { measure: 'conns', aged: false }, 1236, () => 6)
  const look = { layout, span: null, recordSeconds: 15, ceiling: 1, areDenialsAsked: false, isAged: false }
  const draw = (rows: readonly Row[], range: { from: number; first: number; last: number; to: number }) =>
    pool.draw({
      columns: [],
      look,
      ...range,
      now: 0,
      placeOf: (index) => ({ index, top: index * 40, cursor: null }),
      shownAt: (index) => {
        const row = rows[index]
        return row === undefined ? null : { row, look, selected: false, highlight: 'none' }
      },
    })
  const paint = () => {
    for (const run of paints.splice(0)) run()
  }
  const drawn = () =>
    Array.from(body.children, (element) => element instanceof HTMLElement && element.dataset['record'])
  const tops = () =>
    Array.from(body.children, (element) => element instanceof HTMLElement && element.style.top)
  return { draw, paint, drawn, tops }
}

const names = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`)

const rowsOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => buildRow({}, { id: `${name}${i}` }))

test('rows beyond the screen show another view after the paint, those on it at once', () => {
  const { draw, paint, drawn } = setUp()
  const range = { from: 0, first: 1, last: 2, to: 3 }
  draw(rowsOf('a', 4), range)
  // Elements that are new are drawn whole.
  expect(drawn()).toEqual(['a0', 'a1', 'a2', 'a3'])
  paint()
  draw(rowsOf('b', 4), range)
  expect(drawn()).toEqual(['a0', 'b1', 'b2', 'a3'])
  draw(rowsOf('c', 4), range)
  paint()
  expect(drawn()).toEqual(['c0', 'c1', 'c2', 'c3'])
})

test('an element that comes back from a longer list has its place before the paint', () => {
  const { draw, paint, drawn, tops } = setUp()
  const range = { from: 0, first: 0, last: 1, to: 3 }
  draw(rowsOf('a', 4), range)
  paint()
  draw(rowsOf('b', 1), { from: 0, first: 0, last: 0, to: 0 })
  paint()
  expect(drawn()).toEqual(['b0'])
  draw(rowsOf('c', 4), range)
  expect(drawn()).toEqual(['c0', 'c1', 'c2', 'c3'])
  expect(tops()).toEqual(['0px', '40px', '80px', '120px'])
})

test('a step of scrolling draws the rows that it brings at once', () => {
  const { draw, paint, drawn } = setUp()
  const rows = rowsOf('a', 6)
  draw(rows, { from: 0, first: 1, last: 2, to: 3 })
  paint()
  draw(rows, { from: 1, first: 2, last: 3, to: 4 })
  expect(drawn()).toEqual(['a1', 'a2', 'a3', 'a4'])
})

test('the first rows of all are drawn a few in each frame, from the top, and later ones at once', () => {
  const { draw, paint, drawn } = setUp()
  const range = { from: 0, first: 0, last: 25, to: 29 }
  draw(rowsOf('a', 30), range)
  expect(drawn()).toEqual(names('a', 12))
  // Another view that comes meanwhile goes on with its own rows.
  draw(rowsOf('b', 30), range)
  expect(drawn()).toEqual(names('b', 12))
  paint()
  expect(drawn()).toEqual(names('b', 24))
  paint()
  expect(drawn()).toEqual(names('b', 30))
  draw(rowsOf('c', 3), { from: 0, first: 0, last: 2, to: 2 })
  draw(rowsOf('d', 30), range)
  expect(drawn()).toEqual(names('d', 30))
})
