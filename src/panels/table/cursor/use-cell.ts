/** The cell that the keyboard stands on in its row, and the menu of a cell. */
import { type KeyboardEvent, type MouseEvent, type RefObject, useState } from 'react'

import { columnOf, type ColumnId } from '../../../flows/column.ts'
import { print } from '../../../filter/language/print.ts'
import { useCommand } from '../../../state/commands/commands.ts'
import { actionsOn, type FilterActionId, valuesIn } from '../../../state/view/filter-actions.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { Row } from '../../../state/client/rows.ts'
import { type MenuAnchor, pointAnchor } from '../../../ui/menu-anchor.ts'

export interface OpenMenu {
  readonly row: Row
  readonly column: ColumnId
  readonly anchor: MenuAnchor
}

export function cellId(index: number, column: ColumnId): string {
  return `flow-${index}-${column}`
}

/** The column after a key; at the ends the cursor stays. */
export function columnAfter(
  key: string,
  columns: readonly ColumnId[],
  current: ColumnId | undefined,
): ColumnId | undefined {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[key]
  if (by === undefined || columns.length === 0) return undefined
  const at = current === undefined ? 0 : columns.indexOf(current)
  return columns[Math.min(Math.max(0, at + by), columns.length - 1)]
}

export function useCell(options: {
  /** Those on the screen, in its order. */
  columns: readonly ColumnId[]
  /** The row at a place, when it is here. */
  rowAt: (index: number) => Row | undefined
  /** The place of the keyboard's row; −1 without one. */
  index: number
  grid: RefObject<HTMLElement | null>
}) {
  const { columns, rowAt, index, grid } = options
  const [view, navigate] = useView()
  const [chosen, setChosen] = useState<ColumnId | null>(null)
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const row = rowAt(index)
  // Until somebody moves sideways, the first cell that can be asked for: the verdict, as the columns come.
  const column =
    columns.find((id) => id === chosen) ??
    columns.find(
      (id) => row !== undefined && columnOf(id).fields.some((field) => valuesIn(field, row).length > 0),
    )

  const filterBy = (id: FilterActionId): string => {
    if (row === undefined || column === undefined) return ''
    const [value] = columnOf(column).fields.flatMap((field) => valuesIn(field, row))
    if (value === undefined)
      return `${columnOf(column).title} has no value to filter by. ← and → move to another cell.`
    const action = actionsOn(value, view).actions.find((each) => each.id === id)
    if (action?.does.kind !== 'change' || action.does.change.filter === undefined) return ''
    navigate(action.does.change)
    return action.idle ? 'The filter says so already.' : `Filter: ${print(action.does.change.filter)}`
  }
  const openAtCursor = () => {
    const cell = column === undefined ? null : document.getElementById(cellId(index, column))
    if (row !== undefined && column !== undefined && cell !== null) setMenu({ row, column, anchor: cell })
  }
  useCommand('cell.include', () => filterBy('is'), row !== undefined)
  useCommand('cell.exclude', () => filterBy('is-not'), row !== undefined)
  useCommand('cell.menu', openAtCursor, row !== undefined)

  return {
    column,
    /** Whether somebody moved to the cell, so that it is what is read out. */
    moved: chosen !== null && column === chosen,
    menu,
    closeMenu: () => setMenu(null),
    /** True when the key moved the cursor sideways. */
    onKeyDown: (event: KeyboardEvent): boolean => {
      if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return false
      const next = row === undefined ? undefined : columnAfter(event.key, columns, column)
      if (next === undefined) return false
      event.preventDefault()
      setChosen(next)
      document.getElementById(cellId(index, next))?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      return true
    },
    /** A right click, a long touch, or the keyboard's menu key, which comes to the grid itself. */
    onContextMenu: (event: MouseEvent) => {
      if (event.target === grid.current) {
        event.preventDefault()
        openAtCursor()
        return
      }
      if (!(event.target instanceof Element)) return
      const cell = event.target.closest<HTMLElement>('[data-column]')
      const place = Number(cell?.closest('[aria-rowindex]')?.getAttribute('aria-rowindex')) - 2
      const clicked = rowAt(place)
      const id = columns.find((each) => each === cell?.dataset['column'])
      if (clicked === undefined || id === undefined) return
      event.preventDefault()
      setMenu({ row: clicked, column: id, anchor: pointAnchor(event.clientX, event.clientY) })
    },
  }
}
