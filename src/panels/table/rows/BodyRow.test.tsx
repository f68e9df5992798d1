import { render, screen } from '@testing-library/react'
import { useMemo } from 'react'
import { describe, expect, test } from 'vitest'

import { buildEndOfTier } from '../../../flows/testing/build.ts'
import type { Row } from '../../../state/client/rows.ts'
import { buildRow } from '../../../state/testing/build-row.ts'
import { fakeStore } from '../../../state/testing/fake-store.tsx'
import { DEFAULT_PREFERENCES } from '../../../state/remembered/preferences.ts'
import { layoutOf } from '../layout/table-layout.ts'
import { BodyRow } from './BodyRow.tsx'
import { useFlowTable } from './use-flow-table.ts'

const SORT = { column: 'attention', descending: true } as const

const DENIED = {
  action: 'Deny',
  reporter: 'Src',
  sourceNamespace: 'default',
  sourceName: 'test',
  destNamespace: 'backend',
  destName: 'api-6f7c9d5b8d-*',
  policies: { enforced: [buildEndOfTier('default-deny')], pending: [] },
} as const

/** A row of a table that has no other. */
function OneRow({
  row,
  width,
  selected,
  asked,
}: {
  row: Row
  width: number
  selected: boolean
  asked: boolean
}) {
  const layout = layoutOf(
    DEFAULT_PREFERENCES,
    { measure: 'conns', aged: false },
    width,
    (text) => text.length * 6,
  )
  const rows = useMemo(() => [row], [row])
  const [only] = useFlowTable({ rows, layout, shape: 'groups', sort: SORT, onSort: () => undefined }).rows
  if (only === undefined) throw new Error('no row')
  return (
    <BodyRow
      row={only}
      index={0}
      top={0}
      layout={layout}
      span={null}
      ceiling={10}
      current={false}
      cursorColumn={undefined}
      selected={selected}
      highlight="none"
      areDenialsAsked={asked}
      onPick={() => undefined}
    />
  )
}

function rowElement(row: Row, width: number, selected = false, asked = false) {
  return <OneRow row={row} width={width} selected={selected} asked={asked} />
}

function draw(row: Row, width = 1236, selected = false) {
  return render(rowElement(row, width, selected), { wrapper: fakeStore().Wrapper })
}

const cell = (column: string) => document.querySelector<HTMLElement>(`[data-column=${column}]`)

const word = () => cell('action')?.querySelector('[title="Denied leaving"]')?.className
const elements = () => document.querySelectorAll('[role=row] *').length

describe('a row', () => {
  test('says who was denied where, without the hash, which is on hover', () => {
    draw(buildRow(DENIED))
    expect(screen.getByRole('gridcell', { name: /^Denied leaving/ })).toBeTruthy()
    const destination = screen.getByRole('gridcell', { name: 'backend/api' })
    expect(destination.textContent).toBe('backend/api')
    expect(destination.title).toBe('backend/api-6f7c9d5b8d-*')
    expect(cell('decided')?.textContent).toContain('no rule allowed it')
  })

  test('has a coloured word only where it is new, open or asked for', () => {
    const { rerender } = draw(buildRow(DENIED))
    expect(word()).toContain('text-ink')
    rerender(rowElement(buildRow(DENIED), 1236, true))
    expect(word()).toContain('text-deny')
    rerender(rowElement(buildRow(DENIED, { attention: 'new-denial' }), 1236))
    expect(word()).toContain('text-deny')
    rerender(rowElement(buildRow(DENIED), 1236, false, true))
    expect(word()).toContain('text-deny')
    // Of what is asked for, only a denial is red.
    rerender(rowElement(buildRow({ action: 'Allow' }), 1236, false, true))
    expect(cell('action')?.querySelector('[title="Allowed"]')?.className).toContain('text-ink')
  })

  test('has the same elements whatever it shows and in each layout', () => {
    const { rerender } = draw(buildRow(DENIED))
    const first = elements()
    const scan = { ports: 24, destinations: 1, from: 0, to: 180 }
    const other = buildRow(
      {},
      { attention: 'new-denial', staged: { to: 'Allow', all: true }, scan, trend: [] },
    )
    for (const width of [1236, 796, 390]) {
      rerender(rowElement(other, width))
      expect(elements(), `${width} pixels`).toBe(first)
    }
  })

  test('says what was not recorded', () => {
    draw(buildRow(DENIED, { numConnectionsStarted: null }))
    expect(cell('conns')?.textContent).toBe('not recorded')
  })

  test('marks a scan with its rule, and what staged policies would change', () => {
    const scan = { ports: 24, destinations: 1, from: 0, to: 180 }
    draw(buildRow(DENIED, { scan, staged: { to: 'Allow', all: true } }))
    expect(screen.getByText('scan? 24 ports, 3 min').title).toMatch(/at least 10 ports/)
    expect(screen.getByText('→ Allow if staged').title).toMatch(/would be allowed/)
  })
})
