import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { geometryOf, offsetAfter, offsetFor, ROW_HEIGHT, visibleRows } from './row-geometry.ts'

const totals = fc.integer({ min: 1, max: 50_000_000 })
const viewports = fc.integer({ min: 40, max: 4000 })

describe('the rows on the screen', () => {
  test('a small table scrolls pixel by pixel', () => {
    const geometry = geometryOf(1000, 600)
    expect(geometry).toEqual({ height: 32_000, scale: 1, end: 31_400 })
    expect(visibleRows(1000, 600, 320)).toEqual({ first: 10, last: 28, from: 2, to: 36 })
  })

  test('a table that fits does not scroll', () => {
    expect(geometryOf(3, 600)).toEqual({ height: 96, scale: 1, end: 0 })
    expect(visibleRows(0, 600, 0)).toMatchObject({ last: -1, to: -1 })
  })

  test('whatever the number of rows, no element is too tall, and the end of the bar is the very last row', () => {
    fc.assert(
      fc.property(totals, viewports, (total, viewport) => {
        const geometry = geometryOf(total, viewport)
        expect(geometry.height).toBeLessThanOrEqual(15_000_000)
        const bottom = Math.max(0, geometry.height - viewport)
        const offset = offsetAfter(bottom, 0, geometry)
        expect(visibleRows(total, viewport, offset).last).toBe(total - 1)
        expect(total * ROW_HEIGHT - offset).toBeLessThanOrEqual(Math.max(viewport, total * ROW_HEIGHT) + 1e-6)
        expect(visibleRows(total, viewport, offsetAfter(0, 0, geometry)).first).toBe(0)
      }),
    )
  })

  test('a row that is scrolled to is whole on the screen, also after the browser rounded the position', () => {
    fc.assert(
      fc.property(
        totals,
        viewports,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (total, viewport, at, n) => {
          const geometry = geometryOf(total, viewport)
          const index = n % total
          const exact = offsetFor(index, viewport, at * geometry.end, geometry.end)
          const offset = offsetAfter(Math.round(exact / geometry.scale), exact, geometry)
          expect(offset).toBeLessThanOrEqual(index * ROW_HEIGHT)
          expect(offset + viewport).toBeGreaterThanOrEqual(
            Math.min((index + 1) * ROW_HEIGHT, total * ROW_HEIGHT),
          )
        },
      ),
    )
  })
})
