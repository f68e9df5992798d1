/** The commands that the table carries out, wherever on the page the focus is. */
import { type RefObject, useEffect, useRef } from 'react'

import { useCommand } from '../../../state/commands/commands.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { Row, TableWindow } from '../../../state/client/rows.ts'
import { rowAt, type useCursor } from './use-cursor.ts'
import { useSameDenial } from './use-same-denial.ts'

/** The grid takes the focus, so that what the cursor stands on is read out and its ring is drawn. */
function focusGrid(grid: RefObject<HTMLElement | null>): void {
  grid.current?.focus({ preventScroll: true })
}

export function useTableCommands({
  walk,
  window,
  grid,
  onOpen,
  scrollTo,
}: {
  walk: Pick<ReturnType<typeof useCursor>, 'cursor' | 'setCursor' | 'press'>
  window: TableWindow | undefined
  grid: RefObject<HTMLElement | null>
  onOpen: (row: Row) => void
  scrollTo: (index: number) => void
}): void {
  const [view] = useView()
  const { cursor, setCursor, press } = walk
  const some = (window?.total ?? 0) > 0
  const move = (key: string) => {
    focusGrid(grid)
    press(key)
  }
  useCommand('row.next', () => move('ArrowDown'), some)
  useCommand('row.previous', () => move('ArrowUp'), some)

  const current = rowAt(window, cursor.index)
  const openCurrent = () => {
    if (current !== undefined) onOpen(current)
  }
  useCommand('row.open', openCurrent, current !== undefined)
  // What was open may have taken the focus with it.
  const opened = view.open !== null
  useEffect(() => {
    if (!opened && document.activeElement === document.body) focusGrid(grid)
  }, [opened, grid])

  // Where the row stands is known once the worker has answered for the new address.
  const sought = useRef<string | null>(null)
  const selected = window?.selected ?? null
  useSameDenial(selected?.row, (row) => {
    onOpen(row)
    sought.current = row.id
  })
  useEffect(() => {
    if (selected === null || selected.row.id !== sought.current) return
    sought.current = null
    if (selected.index < 0) return
    setCursor({ index: selected.index, id: selected.row.id })
    scrollTo(selected.index)
  }, [selected, setCursor, scrollTo])
}
