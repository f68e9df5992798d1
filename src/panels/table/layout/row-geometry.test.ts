import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { geometryOf, offsetAtScroll, offsetShowing, visibleRows } from './row-geometry.ts'

const totals = fc.integer({ min: 1, max: 50_000_000 })
const viewports = fc.integer({ min: 64, max: 4000 })
const ROW_HEIGHT = 32
const TWO_LINE_HEIGHT = 56

const heights = fc.constantFrom(ROW_HEIGHT, TWO_LINE_HEIGHT)

describe('the rows on the screen', () => {
  test('a small table scrolls pixel by pixel', () => {
    const geometry = geometryOf(1000, 600, ROW_HEIGHT)
    expect(geometry).toEqual({ height: 32_000, scale: 1, maxOffset: 31_400 })
    expect(visibleRows(1000, 600, 320, ROW_HEIGHT)).toEqual({ first: 10, last: 28, from: 5, to: 33 })
  })

  test('a table that fits does not scroll', () => {
    expect(geometryOf(3, 600, ROW_HEIGHT)).toEqual({ height: 96, scale: 1, maxOffset: 0 })
    expect(visibleRows(0, 600, 0, ROW_HEIGHT)).toMatchObject({ last: -1, to: -1 })
  })

  test('whatever the number of rows, no element is too tall, and the end of the scroll bar shows the last row', () => {
    fc.assert(
      fc.property(totals, viewports, heights, (total, viewport, row) => {
        const geometry = geometryOf(total, viewport, row)
        expect(geometry.height).toBeLessThanOrEqual(15_000_000)
        const bottom = Math.max(0, geometry.height - viewport)
        const offset = offsetAtScroll(bottom, 0, geometry)
        expect(visibleRows(total, viewport, offset, row).last).toBe(total - 1)
        expect(total * row - offset).toBeLessThanOrEqual(Math.max(viewport, total * row) + 1e-6)
        expect(visibleRows(total, viewport, offsetAtScroll(0, 0, geometry), row).first).toBe(0)
      }),
    )
  })

  test('a row that is scrolled to is whole on the screen, even after the browser rounded the scroll position', () => {
    fc.assert(
      fc.property(
        totals,
        viewports,
        heights,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (total, viewport, row, at, n) => {
          const geometry = geometryOf(total, viewport, row)
          const index = n % total
          const exact = offsetShowing(index, viewport, at * geometry.maxOffset, geometry.maxOffset, row)
          const offset = offsetAtScroll(Math.round(exact / geometry.scale), exact, geometry)
          expect(offset).toBeLessThanOrEqual(index * row)
          expect(offset + viewport).toBeGreaterThanOrEqual(Math.min((index + 1) * row, total * row))
        },
      ),
    )
  })
})
