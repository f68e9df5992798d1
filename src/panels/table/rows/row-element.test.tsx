import { renderHook } from '@testing-library/react'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import type { ColumnId } from '../../../flows/column.ts'
import { arbitraryKey } from '../../../flows/testing/arbitrary-key.ts'
import { DEFAULT_PREFERENCES } from '../../../state/remembered/preferences.ts'
import { buildKey } from '../../../flows/testing/build.ts'
import { buildPortUse, buildRow } from '../../../state/testing/build-row.ts'
import { layoutOf } from '../layout/table-layout.ts'
import { RowElement, type ShownRow } from './row-element.ts'
import type { FlowColumn } from './table-features.ts'
import { useFlowTable } from './use-flow-table.ts'

const SORT = { column: 'attention', descending: true } as const
const EXTRAS: ColumnId[] = ['first', 'pending', 'service', 'reporter', 'bytes', 'packets']
const NOW = 1000

const layoutAt = (width: number, kept: ColumnId[]) =>
  layoutOf(
    { ...DEFAULT_PREFERENCES, kept },
    { measure: 'conns', aged: false },
    width,
    (text) => text.length * 6,
  )

function columnsOf(kept: ColumnId[]): readonly FlowColumn[] {
  const options = { rows: [], layout: layoutAt(2200, kept), shape: 'groups', sort: SORT } as const
  return renderHook(() => useFlowTable({ ...options, onSort: () => undefined })).result.current.columns
}

const rows = fc
  .record({
    key: arbitraryKey,
    id: fc.constantFrom('a', 'b'),
    firstSeen: fc.constantFrom(0, 15),
    lastSeen: fc.constantFrom(0, 30, 900),
    records: fc.constantFrom(0, 1, 3),
    keys: fc.constantFrom(1, 2),
    numConnectionsStarted: fc.constantFrom(null, 0, 7),
    trend: fc.constantFrom([], [1], [3, 0, 2]),
    ports: fc.constantFrom(
      [],
      [80, 443, 8080].map((port) => buildPortUse(port)),
    ),
    portCount: fc.constantFrom(1, 24),
    scan: fc.constantFrom(null, { ports: 24, destinations: 1, from: 0, to: 180 }),
    attention: fc.constantFrom('allowed', 'would-change', 'denial', 'new-denial'),
    staged: fc.constantFrom(null, { to: 'Allow', all: true } as const, { to: 'Deny', all: false } as const),
  })
  .map(({ key, ...row }) => buildRow(key, row))

/** What a row of one of the layouts shows, or that it has not come. */
function shownIn(widths: readonly number[], kept: ColumnId[]): fc.Arbitrary<ShownRow | null> {
  const looks = widths.flatMap((width) =>
    [true, false].map((isAged) => ({
      layout: layoutAt(width, kept),
      span: { from: 0, to: 90 },
      recordSeconds: 15,
      ceiling: isAged ? 3 : 10,
      areDenialsAsked: isAged,
      isAged,
    })),
  )
  return fc.option(
    fc.record({
      row: rows,
      look: fc.constantFrom(...looks),
      selected: fc.boolean(),
      highlight: fc.constantFrom('highlighted', 'unknown', 'none'),
    }),
    { freq: 6 },
  )
}

test.each<[string, ColumnId[], readonly number[]]>([
  ['of each layout', [], [1236, 796, 390]],
  ['with all columns', EXTRAS, [2200]],
])('an element %s that showed other rows shows a row as a new one does', (_what, kept, widths) => {
  const columns = columnsOf(kept)
  const shown = shownIn(widths, kept)
  const cursors = fc.constantFrom(null, { column: 'action' as const }, { column: undefined })
  fc.assert(
    fc.property(fc.array(fc.tuple(shown, cursors), { minLength: 2, maxLength: 4 }), (series) => {
      const layout = layoutAt(widths[0] ?? 0, kept)
      const used = new RowElement(columns, layout)
      for (const [i, [row, cursor]] of series.entries()) {
        const place = { index: i, top: 40 * i, cursor }
        used.show(place, row, NOW)
        const fresh = new RowElement(columns, layout)
        fresh.show(place, row, NOW)
        expect(attributesAndTexts(used.element)).toEqual(attributesAndTexts(fresh.element))
      }
    }),
    { numRuns: 30 },
  )
})

/** All that can be seen or read out, with attributes in the order of their names. Tracks of a placeholder are not seen. */
function attributesAndTexts(element: Element): unknown {
  if (element.hasAttribute('hidden')) return 'hidden'
  const names = element.getAttributeNames().toSorted()
  const isBusy = element.getAttribute('aria-busy') === 'true'
  return [
    element.tagName,
    ...names.map((name) => [name, isBusy && name === 'style' ? '' : element.getAttribute(name)]),
    ...Array.from(element.childNodes, (node) =>
      node instanceof Element ? attributesAndTexts(node) : node.textContent,
    ),
  ]
}

test('a verdict that is not recorded is said in words that its column has room for', () => {
  const layout = layoutAt(1236, [])
  const row = buildRow(buildKey({ action: 'ActionUnspecified' }), {})
  const look = {
    layout,
    span: { from: 0, to: 90 },
    recordSeconds: 15,
    ceiling: 3,
    areDenialsAsked: false,
    isAged: false,
  }
  const used = new RowElement(columnsOf([]), layout)
  const shownRow = { row, look, selected: false, highlight: 'none' } as const
  used.show({ index: 0, top: 0, cursor: null }, shownRow, NOW)
  expect(used.element.querySelector('[title="No verdict recorded"]')?.textContent).toBe('Not recorded')
})
