/** The row that the keyboard stands on, pinned by its id: new flows move it with its row. */
import { type KeyboardEvent, useState } from 'react'

import type { Row, TableWindow } from '../../../state/client/rows.ts'

export interface Cursor {
  /** Place among the matching rows; −1 before there is a cursor. */
  readonly index: number
  /** Null while the row at that place has not come from the worker yet. */
  readonly id: string | null
}

export function rowAt(window: TableWindow | undefined, index: number): Row | undefined {
  return window === undefined ? undefined : window.rows[index - window.offset]
}

function located(cursor: Cursor, window: TableWindow | undefined): Cursor {
  if (window === undefined || cursor.index < 0) return cursor
  if (cursor.id === null) return { ...cursor, id: rowAt(window, cursor.index)?.id ?? null }
  const found = window.rows.findIndex((row) => row.id === cursor.id)
  return found < 0 ? cursor : { ...cursor, index: window.offset + found }
}

/** How far a key moves among `total` rows with `page` rows on the screen; null when the key does not move. */
export function targetOf(key: string, index: number, total: number, page: number): number | null {
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

export function useCursor(options: {
  window: TableWindow | undefined
  /** Rows that fit on the screen. */
  page: () => number
  scrollTo: (index: number) => void
  /** The cursor came to stand on a row. */
  onMove: (row: Row) => void
}) {
  const [stored, setCursor] = useState<Cursor>({ index: -1, id: null })
  const cursor = located(stored, options.window)

  const moveTo = (index: number) => {
    const row = rowAt(options.window, index)
    setCursor({ index, id: row?.id ?? null })
    options.scrollTo(index)
    if (row !== undefined) options.onMove(row)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    // Keys of controls inside the grid, such as a heading's button, are theirs.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    if (press(event.key)) event.preventDefault()
  }

  /** Moves as a key of the grid does; false when it is none. */
  const press = (key: string): boolean => {
    const target = targetOf(key, cursor.index, options.window?.total ?? 0, options.page())
    if (target !== null) moveTo(target)
    return target !== null
  }

  return { cursor, setCursor, onKeyDown, press }
}
