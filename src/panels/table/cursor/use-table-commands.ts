/** The commands of the table. They work wherever on the page the focus is. */
import { type RefObject, useEffect, useRef } from 'react'

import { commands, useCommand } from '../../../state/commands/commands.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { Row, TableWindow } from '../../../state/client/rows.ts'
import { rowAt, type useRowCursor } from './use-row-cursor.ts'
import { useDenialCommands } from './use-denial-commands.ts'

/** Focuses the grid, so that the row under the cursor is announced and its focus ring is visible. */
function focusGrid(grid: RefObject<HTMLElement | null>): void {
  grid.current?.focus({ preventScroll: true })
}

/** What the address may have for the open row: its own id, or that of its group. */
function idsOf({ row, group }: NonNullable<TableWindow['selected']>): readonly string[] {
  return group === null ? [row.id] : [row.id, group.id]
}

export function useTableCommands({
  rowCursor,
  window,
  grid,
  onOpen,
  scrollTo,
}: {
  rowCursor: Pick<ReturnType<typeof useRowCursor>, 'cursor' | 'setCursor' | 'moveByKey'>
  window: TableWindow | undefined
  grid: RefObject<HTMLElement | null>
  onOpen: (row: Row) => void
  scrollTo: (index: number) => void
}): void {
  const [view] = useView()
  const { cursor, setCursor, moveByKey } = rowCursor
  const hasRows = (window?.total ?? 0) > 0
  const move = (key: string) => {
    focusGrid(grid)
    moveByKey(key)
  }
  useCommand('row.next', () => move('ArrowDown'), hasRows)
  useCommand('row.previous', () => move('ArrowUp'), hasRows)

  const selected = window?.selected ?? null
  // Until the worker has answered a row that was opened just now, the window still names the one before.
  const isAnswered = view.open !== null && selected !== null && idsOf(selected).includes(view.open)
  const current = rowAt(window, cursor.index)
  const openCurrent = () => {
    if (current === undefined) return
    const isOpened = view.open === current.id || (isAnswered && selected.index === cursor.index)
    // Enter on the row that is open goes into its answer.
    if (isOpened) commands.run('answer.focus')
    else onOpen(current)
  }
  useCommand('row.open', openCurrent, current !== undefined)
  // When the inspector closes while it has the focus, the browser moves the focus to the body.
  const isOpen = view.open !== null
  useEffect(() => {
    // Not when the page opens: its first stop of Tab is the link that skips to the list.
    if (!isOpen) return undefined
    return () => {
      if (document.activeElement === document.body) focusGrid(grid)
    }
  }, [isOpen, grid])

  // The id of a row that was opened by `.` or `,`. Its place is known only with the worker's answer to the new view.
  const scrollToId = useRef<string | null>(null)
  const answered = (view.shape === 'groups' ? selected?.group : selected?.row) ?? undefined
  const opened = isAnswered ? answered : window?.rows.find(({ id }) => id === view.open)
  useDenialCommands(opened, (row) => {
    onOpen(row)
    scrollToId.current = row.id
  })
  useEffect(() => {
    const id = scrollToId.current
    if (selected === null || id === null || !idsOf(selected).includes(id)) return
    scrollToId.current = null
    if (selected.index < 0) return
    setCursor({ index: selected.index, id })
    scrollTo(selected.index)
  }, [selected, setCursor, scrollTo])
}
