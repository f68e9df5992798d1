import type { Row as TableRow } from '@tanstack/react-table'

import type { ColumnId } from '../../flows/column.ts'
import type { Row } from '../../state/rows.ts'
import { type features, NUMERIC } from './columns.tsx'
import { cellId } from './use-cell.ts'

/** One flow. The grid holds the focus; this is what its cursor may stand on. */
export function BodyRow({
  row,
  index,
  top,
  template,
  current,
  cursorColumn,
  selected,
  onPick,
}: {
  row: TableRow<typeof features, Row>
  /** Place among the matching rows, from 0. */
  index: number
  /** Pixels from the top of the rows. */
  top: number
  template: string
  current: boolean
  /** The cell that the keyboard acts on when the row is the current one. */
  cursorColumn: ColumnId | undefined
  selected: boolean
  onPick: () => void
}) {
  const look = selected
    ? 'bg-selected shadow-[inset_3px_0_0_var(--accent)]'
    : 'hover:bg-[color-mix(in_oklab,var(--sunken)_45%,transparent)]'
  return (
    // The keyboard reaches every row through the grid, which handles its keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={`flow-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={-1}
      onClick={onPick}
      className={`absolute grid h-8 w-full cursor-default border-b border-line-soft ${look} ${current ? 'group-focus-visible/grid:outline-2 group-focus-visible/grid:-outline-offset-2 group-focus-visible/grid:outline-accent' : ''}`}
      style={{ gridTemplateColumns: template, transform: `translateY(${top}px)` }}
    >
      {row.getVisibleCells().map((cell, column) => {
        const { cell: draw } = cell.column.columnDef
        const id = cell.column.id as ColumnId // the columns are made from the registry
        const here = current && id === cursorColumn
        return (
          <div
            key={cell.id}
            id={cellId(index, id)}
            data-column={id}
            role="gridcell"
            aria-colindex={column + 1}
            className={`flex h-full min-w-0 items-center px-2 first:pl-4 ${NUMERIC.has(id) ? 'justify-end' : ''} ${here ? 'group-focus-visible/grid:bg-accent-soft' : ''}`}
          >
            <div className="min-w-0 truncate">
              {typeof draw === 'function' ? draw(cell.getContext()) : null}
            </div>
          </div>
        )
      })}
    </div>
  )
}

/** Where a row will stand once the worker has answered. */
export function RowPlaceholder({ index, top, columns }: { index: number; top: number; columns: number }) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-busy="true"
      className="absolute flex h-8 w-full items-center border-b border-line-soft px-4"
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" aria-colspan={columns} className="w-full">
        <span className="sr-only">Loading</span>
        <div className="h-2 w-2/3 rounded bg-sunken" />
      </div>
    </div>
  )
}
