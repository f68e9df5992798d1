import { fireEvent, render, screen } from '@testing-library/react'
import { useMemo } from 'react'
import { describe, expect, test, vi } from 'vitest'

import { buildEndOfTier } from '../../../flows/testing/build.ts'
import type { Row } from '../../../state/client/rows.ts'
import { buildRow } from '../../../state/testing/build-row.ts'
import { EMPTY_WINDOW } from '../../../state/testing/empty-window.ts'
import { fakeStore } from '../../../state/testing/fake-store.tsx'
import { DEFAULT_PREFERENCES } from '../../../state/remembered/preferences.ts'
import { layoutOf } from '../layout/table-layout.ts'
import { GridBody } from './GridBody.tsx'
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

const NOT_PICKED = () => undefined

interface Options {
  readonly rows: readonly Row[]
  readonly width?: number
  /** The place of the open row; −1 for none. */
  readonly openIndex?: number
  readonly asked?: boolean
  /** The first row of the window. */
  readonly offset?: number
  /** The first and the last row to draw; those of the window without it. */
  readonly from?: number
  readonly to?: number
  readonly onPick?: (index: number, row: Row) => void
}

/** The body of a table with these rows, 40 pixels high each. */
function Body({
  rows: of,
  width = 1236,
  openIndex = -1,
  asked = false,
  offset = 0,
  from = offset,
  to = offset + of.length - 1,
  onPick = NOT_PICKED,
}: Options) {
  const layout = useMemo(
    () => layoutOf(DEFAULT_PREFERENCES, { measure: 'conns', aged: false }, width, (text) => text.length * 6),
    [width],
  )
  const model = useFlowTable({ rows: of, layout, shape: 'groups', sort: SORT, onSort: () => undefined })
  return (
    <div role="grid" tabIndex={0}>
      <GridBody
        window={{ ...EMPTY_WINDOW, offset, rows: of, total: offset + of.length }}
        rows={model.rows}
        columns={model.columns}
        layout={layout}
        span={null}
        scroll={{ height: 1000, visible: { first: from, last: to, from, to }, topOf: (index) => index * 40 }}
        highlights={null}
        areDenialsAsked={asked}
        cursor={{ index: -1, column: undefined, onPick }}
        openIndex={openIndex}
      />
    </div>
  )
}

function rowElement(row: Row, width: number, selected = false, asked = false) {
  return <Body rows={[row]} width={width} openIndex={selected ? 0 : -1} asked={asked} />
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

const named = (name: string) => buildRow({ sourceName: name }, { id: name })
const many = (count: number) => Array.from({ length: count }, (_, i) => named(`row-${i}`))
const drawn = () => [...document.querySelectorAll<HTMLElement>('[role=row]')]
const sources = () => drawn().map((row) => row.querySelector('[data-column=source]')?.textContent)
const places = () => drawn().map((row) => Number(row.getAttribute('aria-rowindex')))

function drawMany(options: Options) {
  const { rerender } = render(<Body {...options} />, { wrapper: fakeStore().Wrapper })
  return (changed: Partial<Options>) => rerender(<Body {...options} {...changed} />)
}

describe('the rows', () => {
  test('of another view are the same elements with other texts', () => {
    const change = drawMany({ rows: many(4) })
    const before = drawn()
    change({ rows: many(4).toReversed() })
    expect(drawn()).toEqual(before)
    expect(sources()).toEqual(['frontend/row-3', 'frontend/row-2', 'frontend/row-1', 'frontend/row-0'])
    expect(before.map(({ dataset }) => dataset['record'])).toEqual(['row-3', 'row-2', 'row-1', 'row-0'])
    change({ rows: many(2) })
    expect(drawn()).toEqual(before.slice(0, 2))
    change({ rows: many(4) })
    expect(new Set(drawn())).toEqual(new Set(before))
  })

  test.each([
    ['down by two', 2, 3],
    ['up by one', 0, 3],
    ['far down', 6, 3],
    ['down to fewer', 5, 1],
  ])('stand in their order, each at its place, after scrolling %s', (_how, from, count) => {
    const rows = many(9)
    const change = drawMany({ rows, from: 1, to: 3 })
    change({ rows, from, to: from + count - 1 })
    const expected = Array.from({ length: count }, (_, i) => from + i)
    expect(places()).toEqual(expected.map((index) => index + 2))
    expect(sources()).toEqual(expected.map((index) => `frontend/row-${index}`))
    expect(drawn().map(({ id }) => id)).toEqual(expected.map((index) => `flow-${index}`))
    expect(drawn().map(({ style }) => style.top)).toEqual(expected.map((index) => `${index * 40}px`))
  })

  test('that stay on the screen are not touched by scrolling', async () => {
    const rows = many(9)
    const change = drawMany({ rows, from: 1, to: 5 })
    const stays = drawn()[3]
    const changes: MutationRecord[] = []
    const observer = new MutationObserver((records) => changes.push(...records))
    observer.observe(stays ?? document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    })
    change({ rows, from: 2, to: 6 })
    expect(observer.takeRecords()).toEqual([])
    expect(drawn()[2]).toBe(stays)
    observer.disconnect()
  })

  test('that the worker has not sent are placeholders without a word of the row before', () => {
    const change = drawMany({ rows: many(2), from: 0, to: 2 })
    expect(drawn().map((row) => row.getAttribute('aria-busy'))).toEqual([null, null, 'true'])
    change({ rows: [], from: 0, to: 2 })
    for (const row of drawn()) {
      expect(row.textContent).toBe('Loading')
      expect(row.getAttributeNames().toSorted()).toEqual([
        'aria-busy',
        'aria-rowindex',
        'class',
        'id',
        'role',
        'style',
        'tabindex',
      ])
    }
    change({ rows: many(3) })
    expect(sources()).toEqual(['frontend/row-0', 'frontend/row-1', 'frontend/row-2'])
    expect(drawn().map((row) => row.getAttribute('aria-busy'))).toEqual([null, null, null])
  })

  test('do not carry the focus to another place', () => {
    const rows = many(9)
    const change = drawMany({ rows, from: 0, to: 2 })
    drawn()[0]?.focus()
    change({ rows, from: 1, to: 3 })
    expect(document.activeElement).toBe(screen.getByRole('grid'))
    drawn()[0]?.focus()
    change({ rows, from: 6, to: 8 })
    expect(document.activeElement).toBe(screen.getByRole('grid'))
    const stays = drawn()[1]
    stays?.focus()
    change({ rows: rows.toReversed(), from: 6, to: 8 })
    expect(document.activeElement).toBe(stays)
  })

  test('are picked by the place that they have now', () => {
    const rows = many(9)
    const onPick = vi.fn<(index: number, row: Row) => void>()
    const change = drawMany({ rows, from: 0, to: 2, onPick })
    change({ rows, from: 1, to: 3, onPick })
    fireEvent.click(screen.getByRole('gridcell', { name: 'frontend/row-3' }))
    expect(onPick).toHaveBeenCalledExactlyOnceWith(3, rows[3])
  })
})

test('a click opens the row that was pressed, also where another one has come into its place', () => {
  const onPick = vi.fn<(index: number, row: Row) => void>()
  const [first, other] = [buildRow({}, { id: 'first' }), buildRow({ destPort: 443 }, { id: 'other' })]
  const body = (rows: readonly Row[]) => <Body rows={rows} onPick={onPick} />
  const { rerender } = render(body([first, other]), { wrapper: fakeStore().Wrapper })
  const [place] = screen.getAllByRole('row')
  if (place === undefined) throw new Error('no row is drawn')
  fireEvent.mouseDown(place, { detail: 1 })
  rerender(body([other, first]))
  fireEvent.click(place, { detail: 1 })
  expect(onPick).toHaveBeenLastCalledWith(0, first)
  // A click without a press, as of a screen reader.
  fireEvent.click(place, { detail: 0 })
  expect(onPick).toHaveBeenLastCalledWith(0, other)
})
