/** The table's cursor by keyboard, pointer and command: the row and the cell that it is on, and the row that is opened. */
import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useCallback,
  useLayoutEffect,
  useRef,
} from 'react'

import type { ColumnId } from '../../../flows/column.ts'
import type { Row, TableWindow } from '../../../state/client/rows.ts'
import { useView } from '../../../state/view/navigation.ts'
import { cellId, type OpenMenu, rowId, useCellCursor } from './use-cell-cursor.ts'
import { rowAt, useRowCursor } from './use-row-cursor.ts'
import { useTableCommands } from './use-table-commands.ts'

export interface TableCursor {
  /** The row's place among the matching ones; −1 before there is a cursor. */
  readonly index: number
  /** The column of the cell that the keyboard acts on. */
  readonly column: ColumnId | undefined
  /** The id of the element that assistive technology announces: the cell once the reader moved to one, else the row. */
  readonly activeId: string | undefined
  /** The open menu of a cell. */
  readonly menu: OpenMenu | null
  readonly closeMenu: () => void
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onContextMenu: (event: MouseEvent) => void
  /** Opens a row by pointer. One function for the life of the table, so that memoised rows are not rendered in vain. */
  readonly onPick: (index: number, row: Row) => void
}

/** From the first row up to the headings, which sort. */
function focusHeading(event: KeyboardEvent, grid: RefObject<HTMLElement | null>): void {
  event.preventDefault()
  grid.current?.querySelector<HTMLElement>('[role=columnheader] button')?.focus()
}

export function useTableCursor({
  window,
  grid,
  columns,
  visible: { first, last, from, to },
  scrollTo,
}: {
  window: TableWindow | undefined
  grid: RefObject<HTMLElement | null>
  /** The columns that are shown, in their order. */
  columns: readonly ColumnId[]
  /** The places of the first and the last row on the screen, and of those that are rendered. */
  visible: { readonly first: number; readonly last: number; readonly from: number; readonly to: number }
  scrollTo: (index: number) => void
}): TableCursor {
  const [view, navigate] = useView()
  const open = (row: Row) => navigate({ open: row.id }, view.open === null ? 'push' : 'replace')
  const rowCursor = useRowCursor({
    window,
    pageRows: () => Math.max(1, last - first - 1),
    scrollTo,
    onMove: (row) => {
      if (view.open !== null) open(row)
    },
  })
  const { cursor, setCursor } = rowCursor
  const { index } = cursor
  // A ref to the newest `open` lets `onPick` stay one function.
  const latestOpen = useRef(open)
  useLayoutEffect(() => {
    latestOpen.current = open
  })
  const onPick = useCallback(
    (place: number, row: Row) => {
      setCursor({ index: place, id: row.id })
      latestOpen.current(row)
    },
    [setCursor],
  )
  useTableCommands({ rowCursor, window, grid, onOpen: open, scrollTo })
  const cell = useCellCursor({ columns, rowAt: (place) => rowAt(window, place), index, grid })
  // A row that is scrolled far away is not rendered, and its id would name no element.
  const isRendered = index >= from && index <= to
  const onCell = cell.moved && cell.column !== undefined && rowAt(window, index) !== undefined
  const active = onCell && cell.column !== undefined ? cellId(index, cell.column) : rowId(index)
  return {
    index,
    column: cell.column,
    activeId: isRendered && index >= 0 ? active : undefined,
    menu: cell.menu,
    closeMenu: cell.closeMenu,
    onKeyDown: (event) => {
      if (event.key === 'ArrowUp' && index <= 0 && event.target === grid.current) focusHeading(event, grid)
      else if (!cell.onKeyDown(event)) rowCursor.onKeyDown(event)
    },
    onContextMenu: cell.onContextMenu,
    onPick,
  }
}
