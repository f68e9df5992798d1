import { type SortingState, useTable } from '@tanstack/react-table'
import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'react'

import { later } from '../../lib/preload.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import { useView } from '../../state/view/navigation.ts'
import { setPreferences, usePreferences } from '../../state/remembered/preferences.ts'
import type { Row, Sort } from '../../state/client/rows.ts'
import { BodyRow, RowPlaceholder } from './rows/BodyRow.tsx'
import { columns, features } from './rows/column-cells.tsx'
import { EmptyTable } from './empty/EmptyTable.tsx'
import { HeaderRow } from './rows/HeaderRow.tsx'
import { layoutOf } from './layout/column-layout.ts'
import { ROW_HEIGHT, TWO_LINE_HEIGHT } from './layout/row-geometry.ts'
import { TableLayoutContext } from './layout/table-layout.ts'
import { TableBar } from './bar/TableBar.tsx'
import { SortControl, TwoLineHeadings } from './rows/TwoLineHeading.tsx'
import { cellId, useCell } from './cursor/use-cell.ts'
import { rowAt, useCursor } from './cursor/use-cursor.ts'
import { useHighlight } from './rows/use-highlight.ts'
import { useRowWindow } from './layout/use-row-window.ts'
import { useTableCommands } from './cursor/use-table-commands.ts'
import { useWidth } from './layout/use-width.ts'

/** Rows asked for beyond each end of the screen, so that a short scroll needs no answer. */
const MARGIN = 40

const NO_ROWS: Row[] = []
/** Pixels. The heading over one line is as high as a row; over two lines it is not drawn. */
const ONE_LINE = { row: ROW_HEIGHT, heading: ROW_HEIGHT }
const TWO_LINES = { row: TWO_LINE_HEIGHT, heading: 0 }
/** The tabs above name what the grid shows. */
const PANEL = 'flow-rows'

const HighlightBar = lazy(
  later(async () => ({ default: (await import('./bar/HighlightBar.tsx')).HighlightBar })),
)
const CellMenu = lazy(later(async () => ({ default: (await import('./cursor/CellMenu.tsx')).CellMenu })))

/** The flows that match, a window of them at a time. The worker filters, sorts and counts; this draws. */
export function FlowTable() {
  const { client } = useFlowtrace()
  const [view, navigate] = useView()
  const answer = useSnapshot((snapshot) => snapshot.answer)
  const preferences = usePreferences()
  const scroller = useRef<HTMLDivElement>(null)
  const window = answer?.window
  const total = window?.total ?? 0

  const width = useWidth(scroller)
  const { shape } = view
  const { column: sorted } = view.sort
  const layout = useMemo(
    () => layoutOf(preferences, { shape, sorted }, width),
    [preferences, shape, sorted, width],
  )
  const { twoLines, template } = layout
  const rows = useRowWindow(scroller, total, twoLines ? TWO_LINES : ONE_LINE)
  const { first, last, from: firstDrawn, to: lastDrawn } = rows.visible
  const markings = useHighlight(window?.rows ?? NO_ROWS)
  const offset = window?.offset ?? 0
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
  // The rows keep one function; what it does is always of the newest drawing.
  const openNow = useRef(open)
  useLayoutEffect(() => {
    openNow.current = open
  })
  const pick = useCallback(
    (index: number, row: Row) => {
      setCursor({ index, id: row.id })
      openNow.current(row)
    },
    [setCursor],
  )
  useTableCommands({
    walk,
    window,
    grid: scroller,
    onOpen: open,
    scrollTo: rows.scrollTo,
  })

  const { widths } = preferences
  const shown = useMemo(
    () => ({
      columnOrder: [...layout.columns],
      columnVisibility: Object.fromEntries(preferences.order.map((id) => [id, layout.columns.includes(id)])),
    }),
    [layout, preferences.order],
  )
  const table = useTable({
    features,
    columns,
    data: window === undefined ? NO_ROWS : (window.rows as Row[]), // react-table never writes to its data
    getRowId: (row) => row.id,
    manualSorting: true,
    columnResizeMode: 'onChange',
    state: {
      ...shown,
      columnSizing: widths,
      sorting: [{ id: view.sort.column, desc: view.sort.descending }] satisfies SortingState,
    },
    onColumnSizingChange: (update) => {
      const sizes = typeof update === 'function' ? update(widths) : update
      setPreferences({ widths: sizes })
    },
  })
  const headers = table.getHeaderGroups()[0]?.headers ?? []
  const cell = useCell({
    columns: layout.columns,
    rowAt: (index) => rowAt(window, index),
    index: cursor.index,
    grid: scroller,
  })
  const active =
    cell.moved && cell.column !== undefined ? cellId(cursor.index, cell.column) : `flow-${cursor.index}`

  const drawn = table.getRowModel().rows
  const empty = window !== undefined && total === 0
  const onSort = (sort: Sort) => navigate({ sort }, 'replace')
  return (
    <section
      aria-label="Flows"
      className="grid min-h-0 min-w-0 grid-cols-[minmax(0,1fr)] grid-rows-[auto_1fr] bg-surface"
    >
      <TableBar
        panel={PANEL}
        gaveWay={layout.gaveWay}
        sorting={
          twoLines ? (
            <SortControl columns={layout.columns} shape={view.shape} sort={view.sort} onSort={onSort} />
          ) : null
        }
        highlight={
          markings === null ? null : (
            <Suspense fallback={<div className="h-[2.375rem]" />}>
              <HighlightBar
                query={view.highlight}
                markings={markings.slice(Math.max(0, first - offset), Math.max(0, last + 1 - offset))}
              />
            </Suspense>
          )
        }
        onTop={() => scroller.current?.scrollTo({ top: 0 })}
      />
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
            {twoLines ? (
              <TwoLineHeadings columns={layout.columns} shape={view.shape} sort={view.sort} />
            ) : (
              <HeaderRow headers={headers} layout={layout} sort={view.sort} onSort={onSort} />
            )}
          </div>
          <div role="rowgroup" className="relative" style={{ height: rows.height, minWidth: layout.least }}>
            <TableLayoutContext value={layout}>
              {Array.from({ length: lastDrawn - firstDrawn + 1 }, (_, i) => {
                const index = firstDrawn + i
                const row = drawn[index - offset]
                const top = rows.topOf(index)
                if (row === undefined)
                  return (
                    <RowPlaceholder
                      key={index}
                      index={index}
                      top={top}
                      columns={headers.length}
                      twoLines={twoLines}
                    />
                  )
                return (
                  <BodyRow
                    key={index}
                    row={row}
                    index={index}
                    top={top}
                    template={twoLines ? null : template}
                    columns={layout.columns}
                    current={index === cursor.index}
                    cursorColumn={cell.column}
                    selected={row.id === view.open}
                    marking={markings?.[index - offset] ?? 'unmarked'}
                    onPick={pick}
                  />
                )
              })}
            </TableLayoutContext>
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
