/** The cell under the keyboard's cursor in its row, the commands on it, and the context menu of a cell. */
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

/** The element id of the row at a place. */
export function rowId(index: number): string {
  return `flow-${index}`
}

/** The element id of a cell of the row at a place. */
export function cellId(index: number, column: ColumnId): string {
  return `${rowId(index)}-${column}`
}

/** The column that an arrow key moves to, or stays on at the ends; undefined for any other key. */
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

export function useCellCursor(options: {
  /** The columns that are shown, in their order. */
  columns: readonly ColumnId[]
  /** The row at a place among the matching ones, if the window has it. */
  rowAt: (index: number) => Row | undefined
  /** The place of the row under the cursor; −1 without one. */
  index: number
  grid: RefObject<HTMLElement | null>
}) {
  const { columns, rowAt, index, grid } = options
  const [view, navigate] = useView()
  const [chosen, setChosen] = useState<ColumnId | null>(null)
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const row = rowAt(index)
  // Until the reader moves sideways, the cursor is on the first cell with a value to filter by: by default the verdict.
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
    /** Whether the reader moved sideways: then the cell is announced, and otherwise the row. */
    moved: chosen !== null && column === chosen,
    menu,
    closeMenu: () => setMenu(null),
    /** Handles an arrow key; returns true when it moved the cursor sideways. */
    onKeyDown: (event: KeyboardEvent): boolean => {
      if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return false
      const next = row === undefined ? undefined : columnAfter(event.key, columns, column)
      if (next === undefined) return false
      event.preventDefault()
      setChosen(next)
      document.getElementById(cellId(index, next))?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      return true
    },
    /** Handles a right click, a long touch, or the keyboard's menu key, whose event has the grid itself as target. */
    onContextMenu: (event: MouseEvent) => {
      if (event.target === grid.current) {
        event.preventDefault()
        openAtCursor()
        return
      }
      if (!(event.target instanceof Element)) return
      const cell = event.target.closest<HTMLElement>('[data-column]')
      // aria-rowindex counts from 1, and the headings are row 1.
      const place = Number(cell?.closest('[aria-rowindex]')?.getAttribute('aria-rowindex')) - 2
      const clicked = rowAt(place)
      const id = columns.find((each) => each === cell?.dataset['column'])
      if (clicked === undefined || id === undefined) return
      event.preventDefault()
      setMenu({ row: clicked, column: id, anchor: pointAnchor(event.clientX, event.clientY) })
    },
  }
}
