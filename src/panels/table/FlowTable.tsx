import { type SortingState, useTable } from '@tanstack/react-table'
import { lazy, Suspense, useEffect, useMemo, useRef } from 'react'

import type { ColumnId } from '../../flows/column.ts'
import { later } from '../../lib/later.ts'
import { useFlowtrace, useSnapshot } from '../../state/flowtrace.ts'
import { useView } from '../../state/navigation.ts'
import { setPreferences, usePreferences } from '../../state/preferences.ts'
import type { Row } from '../../state/rows.ts'
import { BodyRow, RowPlaceholder } from './BodyRow.tsx'
import { columns, features, FLEXIBLE, widthOf } from './columns.tsx'
import { EmptyTable } from './EmptyTable.tsx'
import { HeaderRow } from './HeaderRow.tsx'
import { ROW_HEIGHT } from './row-geometry.ts'
import { TableBar } from './TableBar.tsx'
import { cellId, useCell } from './use-cell.ts'
import { rowAt, useCursor } from './use-cursor.ts'
import { useRowWindow } from './use-row-window.ts'
import { useTableCommands } from './use-table-commands.ts'

/** Rows asked for beyond each end of the screen, so that a short scroll needs no answer. */
const MARGIN = 40

const NO_ROWS: Row[] = []
/** The tabs above name what the grid shows. */
const PANEL = 'flow-rows'

const CellMenu = lazy(later(async () => ({ default: (await import('./CellMenu.tsx')).CellMenu })))

/** The flows that match, a window of them at a time. The worker filters, sorts and counts; this draws. */
export function FlowTable() {
  const { client } = useFlowtrace()
  const [view, navigate] = useView()
  const answer = useSnapshot((snapshot) => snapshot.answer)
  const { order, hidden, widths } = usePreferences()
  const scroller = useRef<HTMLDivElement>(null)
  const window = answer?.window
  const total = window?.total ?? 0

  const rows = useRowWindow(scroller, total)
  const { first, last, from: firstDrawn, to: lastDrawn } = rows.visible
  useEffect(() => {
    const from = Math.max(0, Math.floor((first - MARGIN) / MARGIN) * MARGIN)
    client.setRange(from, Math.ceil((last - from + MARGIN + 1) / MARGIN) * MARGIN)
  }, [client, first, last])

  const open = (row: Row) => navigate({ open: row.id }, view.open === null ? 'push' : 'replace')
  const walk = useCursor({
    window,
    page: () => Math.max(1, last - first - 1),
    scrollTo: rows.scrollTo,
    onMove: (row) => {
      if (view.open !== null) open(row)
    },
  })
  const { cursor, setCursor, onKeyDown } = walk
  useTableCommands({
    walk,
    window,
    grid: scroller,
    onOpen: open,
    scrollTo: rows.scrollTo,
  })

  const visibility = useMemo(() => Object.fromEntries(hidden.map((id) => [id, false])), [hidden])
  const table = useTable({
    features,
    columns,
    data: window === undefined ? NO_ROWS : (window.rows as Row[]), // react-table never writes to its data
    getRowId: (row) => row.id,
    manualSorting: true,
    columnResizeMode: 'onChange',
    state: {
      columnOrder: order,
      columnVisibility: visibility,
      columnSizing: widths,
      sorting: [{ id: view.sort.column, desc: view.sort.descending }] satisfies SortingState,
    },
    onColumnSizingChange: (update) => {
      const sizes = typeof update === 'function' ? update(widths) : update
      setPreferences({ widths: sizes })
    },
  })
  const headers = table.getHeaderGroups()[0]?.headers ?? []
  const template = headers
    .map(({ id }) => {
      const width = widths[id as ColumnId] // the columns are made from the registry
      const least = widthOf(id as ColumnId, view.shape)
      if (width !== undefined) return `${width}px`
      return FLEXIBLE.has(id as ColumnId)
        ? `minmax(${least}px, ${id === 'decided' ? 1.5 : 1}fr)`
        : `${least}px`
    })
    .join(' ')

  const cell = useCell({
    columns: headers.map(({ id }) => id as ColumnId), // as above
    rowAt: (index) => rowAt(window, index),
    index: cursor.index,
    grid: scroller,
  })
  const active =
    cell.moved && cell.column !== undefined ? cellId(cursor.index, cell.column) : `flow-${cursor.index}`

  const drawn = table.getRowModel().rows
  const empty = window !== undefined && total === 0
  return (
    <section aria-label="Flows" className="grid min-h-0 min-w-0 grid-rows-[auto_1fr] bg-surface">
      <TableBar panel={PANEL} onTop={() => scroller.current?.scrollTo({ top: 0 })} />
      <div
        id={PANEL}
        role="tabpanel"
        aria-label="Rows"
        className={`grid min-h-0 min-w-0 ${empty ? 'grid-rows-[auto_1fr] overflow-y-auto' : ''}`}
      >
        <div
          ref={scroller}
          role="grid"
          aria-label="Flows"
          aria-rowcount={total + 1}
          aria-colcount={headers.length}
          aria-activedescendant={cursor.index < 0 || cursor.index >= total ? undefined : active}
          tabIndex={0}
          onKeyDown={(event) => {
            if (!cell.onKeyDown(event)) onKeyDown(event)
          }}
          onContextMenu={cell.onContextMenu}
          onScroll={(event) => client.hold('scroll', event.currentTarget.scrollTop > ROW_HEIGHT / 2)}
          className="group/grid relative min-h-0 overflow-auto outline-none focus-visible:outline-none"
        >
          <div role="rowgroup" className="sticky top-0 z-10">
            <HeaderRow
              headers={headers}
              template={template}
              sort={view.sort}
              onSort={(sort) => navigate({ sort }, 'replace')}
            />
          </div>
          <div role="rowgroup" className="relative min-w-max" style={{ height: rows.height }}>
            {Array.from({ length: lastDrawn - firstDrawn + 1 }, (_, i) => {
              const index = firstDrawn + i
              const row = drawn[index - (window?.offset ?? 0)]
              const top = rows.topOf(index)
              if (row === undefined)
                return <RowPlaceholder key={index} index={index} top={top} columns={headers.length} />
              return (
                <BodyRow
                  key={index}
                  row={row}
                  index={index}
                  top={top}
                  template={template}
                  current={index === cursor.index}
                  cursorColumn={cell.column}
                  selected={row.id === view.open}
                  onPick={() => {
                    setCursor({ index, id: row.id })
                    open(row.original)
                  }}
                />
              )
            })}
          </div>
        </div>
        {/* Beside the grid: it may hold nothing but rows. */}
        {empty ? <EmptyTable window={window} /> : null}
      </div>
      {cell.menu === null ? null : (
        <Suspense fallback={null}>
          <CellMenu {...cell.menu} onClose={cell.closeMenu} returnTo={scroller} />
        </Suspense>
      )}
    </section>
  )
}
