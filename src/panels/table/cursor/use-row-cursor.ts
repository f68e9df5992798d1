/** The row under the keyboard's cursor. It is pinned by its id, so that the cursor stays on its row when rows move. */
import { type KeyboardEvent, useState } from 'react'

import type { Row, TableWindow } from '../../../state/client/rows.ts'

export interface RowCursor {
  /** The place among the matching rows; −1 before there is a cursor. */
  readonly index: number
  /** The row's id; null until the worker has sent the row at that place. */
  readonly id: string | null
}

/** The row at a place among the matching ones, if the window has it. */
export function rowAt(window: TableWindow | undefined, index: number): Row | undefined {
  return window === undefined ? undefined : window.rows[index - window.offset]
}

/** The cursor at the place that its row has in the window; unchanged when the window does not have the row. */
function followRow(cursor: RowCursor, window: TableWindow | undefined): RowCursor {
  if (window === undefined || cursor.index < 0) return cursor
  if (cursor.id === null) return { ...cursor, id: rowAt(window, cursor.index)?.id ?? null }
  const found = window.rows.findIndex((row) => row.id === cursor.id)
  return found < 0 ? cursor : { ...cursor, index: window.offset + found }
}

/** The place that a key moves to among `total` rows, `page` of which fit on the screen; null for a key that does not move. */
export function targetIndex(key: string, index: number, total: number, page: number): number | null {
  const last = total - 1
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + page,
    PageUp: index - page,
    Home: 0,
    End: last,
  }
  const target = moves[key]
  return target === undefined || total === 0 ? null : Math.min(Math.max(target, 0), last)
}

export function useRowCursor(options: {
  window: TableWindow | undefined
  /** The number of rows that Page Up and Page Down move by. */
  pageRows: () => number
  scrollTo: (index: number) => void
  /** Called when a key or a command moved the cursor to a row. */
  onMove: (row: Row) => void
}) {
  const [stored, setCursor] = useState<RowCursor>({ index: -1, id: null })
  const cursor = followRow(stored, options.window)

  const moveTo = (index: number) => {
    const row = rowAt(options.window, index)
    setCursor({ index, id: row?.id ?? null })
    options.scrollTo(index)
    if (row !== undefined) options.onMove(row)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    // Key presses in controls inside the grid, such as a heading's button, are for those.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    if (moveByKey(event.key)) event.preventDefault()
  }

  /** Moves the cursor as the key would in the grid; false for a key that does not move. */
  const moveByKey = (key: string): boolean => {
    const target = targetIndex(key, cursor.index, options.window?.total ?? 0, options.pageRows())
    if (target !== null) moveTo(target)
    return target !== null
  }

  return { cursor, setCursor, onKeyDown, moveByKey }
}
