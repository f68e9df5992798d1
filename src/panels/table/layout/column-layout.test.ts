import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { COLUMNS, type ColumnId } from '../../../flows/column.ts'
import { DEFAULT_PREFERENCES } from '../../../state/remembered/preferences.ts'
import { layoutOf } from './column-layout.ts'

const FLOWS = { shape: 'intervals', sorted: 'seen' } as const
const TRIAGE_COLUMNS: readonly ColumnId[] = [
  'seen',
  'action',
  'source',
  'destination',
  'port',
  'decided',
  'conns',
]

function compactAt(width: number): readonly ColumnId[] {
  return layoutOf(DEFAULT_PREFERENCES, { shape: 'signatures', sorted: 'seen' }, width).compact
}

describe('the columns of a table', () => {
  test('are all shown where they have room', () => {
    const layout = layoutOf(DEFAULT_PREFERENCES, FLOWS, 1380)
    expect(layout.columns).toEqual(COLUMNS.filter(({ shownByDefault }) => shownByDefault).map(({ id }) => id))
    expect(layout.dropped).toEqual([])
    expect(layout.twoLines).toBe(false)
  })

  test('are dropped one by one as the table gets narrower, and come back', () => {
    const dropped = [1100, 1000, 900, 700, 900, 1000, 1100].map(
      (width) => layoutOf(DEFAULT_PREFERENCES, FLOWS, width).dropped,
    )
    expect(dropped).toEqual([
      [],
      ['reporter'],
      ['reporter', 'pending'],
      ['reporter', 'pending'],
      ['reporter', 'pending'],
      ['reporter'],
      [],
    ])
  })

  test('are never dropped when the reader ticked them, resized them, or sorts by them', () => {
    const ticked = layoutOf({ ...DEFAULT_PREFERENCES, kept: ['reporter'] }, FLOWS, 700)
    expect(ticked.dropped).toEqual(['pending'])
    const sized = layoutOf({ ...DEFAULT_PREFERENCES, widths: { pending: 90 } }, FLOWS, 700)
    expect(sized.dropped).toEqual(['reporter'])
    expect(sized.template).toContain('90px')
    const sorted = layoutOf(DEFAULT_PREFERENCES, { ...FLOWS, sorted: 'reporter' }, 700)
    expect(sorted.columns).toContain('reporter')
    const added = layoutOf({ ...DEFAULT_PREFERENCES, hidden: [] }, FLOWS, 700)
    expect(added.columns).toEqual(expect.arrayContaining(['bytes', 'packets', 'service']))
  })

  test('that the reader hid are not counted as dropped', () => {
    const layout = layoutOf({ ...DEFAULT_PREFERENCES, hidden: ['reporter', 'pending'] }, FLOWS, 700)
    expect(layout.dropped).toEqual([])
  })

  test('are those that triage needs in a narrow table, where a row takes two lines', () => {
    const layout = layoutOf(DEFAULT_PREFERENCES, FLOWS, 320)
    expect(layout.twoLines).toBe(true)
    expect(layout.columns.toSorted()).toEqual(TRIAGE_COLUMNS.toSorted())
    expect(layout.dropped).toEqual(['pending', 'reporter'])
  })

  test('have compact cells where they are narrow, and only there', () => {
    expect(compactAt(1500)).toEqual([])
    expect(compactAt(900)).toContain('seen')
    expect(compactAt(700)).toEqual(expect.arrayContaining(['seen', 'decided', 'conns']))
  })

  test('fit into any width: those that triage needs are shown, the others are shown or counted as dropped', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 240, max: 3000 }),
        fc.constantFrom('groups' as const, 'signatures' as const, 'intervals' as const),
        (width, shape) => {
          const layout = layoutOf(DEFAULT_PREFERENCES, { shape, sorted: 'seen' }, width)
          expect(layout.columns).toEqual(expect.arrayContaining([...TRIAGE_COLUMNS]))
          expect(layout.minWidth).toBeLessThanOrEqual(width)
          expect([...layout.columns, ...layout.dropped, ...DEFAULT_PREFERENCES.hidden].toSorted()).toEqual(
            COLUMNS.map(({ id }) => id).toSorted(),
          )
        },
      ),
    )
  })

  test('are shown or counted whatever the reader chose, and a resized one keeps its width', () => {
    const ids = COLUMNS.map(({ id }) => id)
    fc.assert(
      fc.property(
        fc.integer({ min: 240, max: 3000 }),
        fc.subarray(ids, { maxLength: ids.length - 1 }),
        fc.subarray(ids),
        fc.dictionary(fc.constantFrom(...ids), fc.integer({ min: 56, max: 2000 })),
        (width, hidden, kept, widths) => {
          const layout = layoutOf({ order: ids, hidden, kept, widths }, FLOWS, width)
          expect([...layout.columns, ...layout.dropped, ...hidden].toSorted()).toEqual(ids.toSorted())
          expect(layout.columns.length).toBeGreaterThan(0)
          if (layout.twoLines) return
          for (const id of Object.keys(widths).filter((each) => !hidden.some((gone) => gone === each)))
            expect(layout.template.split(/ (?![^(]*\))/)).toContain(`${widths[id as ColumnId]}px`) // keys are ids
        },
      ),
    )
  })
})
