import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { DEFAULT_PREFERENCES } from '../../../state/remembered/preferences.ts'
import { layoutOf } from './table-layout.ts'

/** A font that is narrower than every column of the drawings. */
const narrow = () => 10
const layout = (width: number | null, choice = DEFAULT_PREFERENCES) =>
  layoutOf(choice, { measure: 'conns', aged: true }, width, narrow)

describe('the columns', () => {
  test('have the widths of the drawings beside an open row, with what decided below the ends', () => {
    const { kind, tracks, areas } = layout(796)
    expect(kind).toBe('narrow')
    expect(tracks).toBe('152px minmax(240px, 1fr) 150px 118px 54px')
    expect(areas).toBe('"action ends port count seen" "action decided port count seen"')
  })

  test('have the widths of the drawings where no row is open, with what decided beside the ports', () => {
    const { kind, tracks, areas } = layout(1236)
    expect(kind).toBe('wide')
    expect(tracks).toBe('164px 366px 176px minmax(180px, 1fr) 142px 58px')
    expect(areas).toBe('"action ends port decided count seen" "action ends port decided count seen"')
  })

  test('are three lines on a phone', () => {
    expect(layout(390)).toMatchObject({ kind: 'phone', rowHeight: 75, headingHeight: 0 })
  })

  test('take the width of their longest word', () => {
    const wide = layoutOf(
      DEFAULT_PREFERENCES,
      { measure: 'conns', aged: true },
      796,
      (text) => text.length * 9,
    )
    expect(Number.parseInt(wide.tracks, 10)).toBeGreaterThan(152)
  })

  test('are those that the reader chose; an extra one only where the reader asked for it', () => {
    const chosen = { ...DEFAULT_PREFERENCES, hidden: ['port' as const], kept: ['service' as const] }
    expect(layout(1400, chosen).columns).toEqual([
      'action',
      'source',
      'destination',
      'decided',
      'service',
      'conns',
      'seen',
    ])
    expect(layout(1400).columns).not.toContain('pending')
  })

  test('of the count are those of the measure', () => {
    const bytes = layoutOf(DEFAULT_PREFERENCES, { measure: 'bytes', aged: true }, 1236, narrow)
    expect(bytes.columns).toContain('bytes')
    expect(bytes.columns).not.toContain('conns')
  })
})

test('from a width of 640 pixels on every layout fits, with rows of 40 pixels', () => {
  fc.assert(
    fc.property(fc.integer({ min: 640, max: 2600 }), (width) => {
      const { minWidth, rowHeight, endsWidth, decidedWidth } = layout(width)
      expect(minWidth).toBeLessThanOrEqual(width)
      expect(rowHeight).toBe(40)
      expect(endsWidth).toBeGreaterThan(100)
      expect(decidedWidth).toBeGreaterThan(100)
    }),
  )
})
