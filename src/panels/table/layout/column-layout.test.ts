import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { COLUMNS, type ColumnId } from '../../../flows/column.ts'
import { DEFAULT_PREFERENCES } from '../../../state/remembered/preferences.ts'
import { layoutOf } from './column-layout.ts'

const FLOWS = { shape: 'flows', sorted: 'seen' } as const
const DECISIVE: readonly ColumnId[] = ['seen', 'action', 'source', 'destination', 'port', 'decided', 'conns']

function briefAt(width: number): readonly ColumnId[] {
  return layoutOf(DEFAULT_PREFERENCES, { shape: 'signatures', sorted: 'seen' }, width).brief
}

describe('the columns of a table', () => {
  test('are all there with room for them, and nothing gave way', () => {
    const layout = layoutOf(DEFAULT_PREFERENCES, FLOWS, 1380)
    expect(layout.columns).toEqual(COLUMNS.filter(({ shownByDefault }) => shownByDefault).map(({ id }) => id))
    expect(layout.gaveWay).toEqual([])
    expect(layout.twoLines).toBe(false)
  })

  test('give way one after the other as the table gets narrower, and come back', () => {
    const gaveWay = [1100, 1000, 900, 700, 900, 1000, 1100].map(
      (width) => layoutOf(DEFAULT_PREFERENCES, FLOWS, width).gaveWay,
    )
    expect(gaveWay).toEqual([
      [],
      ['reporter'],
      ['reporter', 'pending'],
      ['reporter', 'pending'],
      ['reporter', 'pending'],
      ['reporter'],
      [],
    ])
  })

  test('stay where somebody ticked them, sized them, or sorts by them', () => {
    const ticked = layoutOf({ ...DEFAULT_PREFERENCES, kept: ['reporter'] }, FLOWS, 700)
    expect(ticked.gaveWay).toEqual(['pending'])
    const sized = layoutOf({ ...DEFAULT_PREFERENCES, widths: { pending: 90 } }, FLOWS, 700)
    expect(sized.gaveWay).toEqual(['reporter'])
    expect(sized.template).toContain('90px')
    const sorted = layoutOf(DEFAULT_PREFERENCES, { ...FLOWS, sorted: 'reporter' }, 700)
    expect(sorted.columns).toContain('reporter')
    const added = layoutOf({ ...DEFAULT_PREFERENCES, hidden: [] }, FLOWS, 700)
    expect(added.columns).toEqual(expect.arrayContaining(['bytes', 'packets', 'service']))
  })

  test('that were hidden by choice did not give way', () => {
    const layout = layoutOf({ ...DEFAULT_PREFERENCES, hidden: ['reporter', 'pending'] }, FLOWS, 700)
    expect(layout.gaveWay).toEqual([])
  })

  test('a narrow table has two lines for a row, with what decides a triage', () => {
    const layout = layoutOf(DEFAULT_PREFERENCES, FLOWS, 320)
    expect(layout.twoLines).toBe(true)
    expect(layout.columns.toSorted()).toEqual(DECISIVE.toSorted())
    expect(layout.gaveWay).toEqual(['pending', 'reporter'])
  })

  test('narrow cells leave out what is not the point of them, and have it back where there is room', () => {
    expect(briefAt(1500)).toEqual([])
    expect(briefAt(900)).toContain('seen')
    expect(briefAt(700)).toEqual(expect.arrayContaining(['seen', 'decided', 'conns']))
  })

  test('whatever the width, what decides a triage fits in it, and no column is lost without being counted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 240, max: 3000 }),
        fc.constantFrom('signatures' as const, 'flows' as const, 'intervals' as const),
        (width, shape) => {
          const layout = layoutOf(DEFAULT_PREFERENCES, { shape, sorted: 'seen' }, width)
          expect(layout.columns).toEqual(expect.arrayContaining([...DECISIVE]))
          expect(layout.least).toBeLessThanOrEqual(width)
          expect([...layout.columns, ...layout.gaveWay, ...DEFAULT_PREFERENCES.hidden].toSorted()).toEqual(
            COLUMNS.map(({ id }) => id).toSorted(),
          )
        },
      ),
    )
  })

  test('whatever was chosen is shown or counted, and a sized column is as wide as it was made', () => {
    const ids = COLUMNS.map(({ id }) => id)
    fc.assert(
      fc.property(
        fc.integer({ min: 240, max: 3000 }),
        fc.subarray(ids, { maxLength: ids.length - 1 }),
        fc.subarray(ids),
        fc.dictionary(fc.constantFrom(...ids), fc.integer({ min: 56, max: 2000 })),
        (width, hidden, kept, widths) => {
          const layout = layoutOf({ order: ids, hidden, kept, widths }, FLOWS, width)
          expect([...layout.columns, ...layout.gaveWay, ...hidden].toSorted()).toEqual(ids.toSorted())
          expect(layout.columns.length).toBeGreaterThan(0)
          if (layout.twoLines) return
          for (const id of Object.keys(widths).filter((each) => !hidden.some((gone) => gone === each)))
            expect(layout.template.split(/ (?![^(]*\))/)).toContain(`${widths[id as ColumnId]}px`) // keys are ids
        },
      ),
    )
  })
})
