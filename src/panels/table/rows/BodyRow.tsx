import type { Cell, Row as TableRow } from '@tanstack/react-table'
import { memo } from 'react'

import type { ColumnId } from '../../../flows/column.ts'
import type { Row } from '../../../state/client/rows.ts'
import type { Marking } from './row-highlight.ts'
import { type features, NUMERIC } from './column-cells.tsx'
import { RowMark } from './RowMark.tsx'
import { TwoLines } from './TwoLines.tsx'
import { cellId } from '../cursor/use-cell.ts'

/**
 * One flow. The grid holds the focus; this is what its cursor may stand on. Drawn again only for another row, or where
 * something about it changed: the screen changes more often than its rows do.
 */
export const BodyRow = memo(function BodyRow({
  row,
  index,
  top,
  template,
  columns,
  current,
  cursorColumn,
  selected,
  marking,
  onPick,
}: {
  row: TableRow<typeof features, Row>
  /** Place among the matching rows, from 0. */
  index: number
  /** Pixels from the top of the rows. */
  top: number
  /** The tracks of its columns; null for a row of two lines. */
  template: string | null
  /** Those that are shown, in their order. */
  columns: readonly ColumnId[]
  current: boolean
  /** The cell that the keyboard acts on when the row is the current one. */
  cursorColumn: ColumnId | undefined
  selected: boolean
  marking: Marking
  /** The same function for all rows and at all times. */
  onPick: (index: number, row: Row) => void
}) {
  const look = selected
    ? 'bg-selected shadow-[inset_3px_0_0_var(--accent)]'
    : 'hover:bg-[color-mix(in_oklab,var(--sunken)_45%,transparent)]'
  const cellOf = (cell: Cell<typeof features, Row>, place: string) => {
    const { cell: draw } = cell.column.columnDef
    const id = cell.column.id as ColumnId // the columns are made from the registry
    const here = current && id === cursorColumn
    return (
      <div
        key={id}
        id={cellId(index, id)}
        data-column={id}
        role="gridcell"
        aria-colindex={columns.indexOf(id) + 1}
        className={`flex min-w-0 ${place} ${here ? 'group-focus-visible/grid:bg-accent-soft' : ''}`}
      >
        {id === columns[0] ? <RowMark marking={marking} /> : null}
        <div className="min-w-0 truncate">{typeof draw === 'function' ? draw(cell.getContext()) : null}</div>
      </div>
    )
  }
  const cells = row.getVisibleCells()
  return (
    // The keyboard reaches every row through the grid, which handles its keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={`flow-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={-1}
      onClick={() => onPick(index, row.original)}
      className={`absolute grid w-full cursor-default border-b border-line-soft ${template === null ? 'h-14 grid-cols-[5rem_1fr] content-center gap-x-2 gap-y-0.5 px-3' : 'h-8 grid-rows-[100%]'} ${look} ${current ? 'group-focus-visible/grid:outline-2 group-focus-visible/grid:-outline-offset-2 group-focus-visible/grid:outline-accent' : ''}`}
      style={{
        top,
        ...(template === null ? {} : { gridTemplateColumns: template }),
      }}
    >
      {template === null ? (
        <TwoLines cells={cells} draw={cellOf} />
      ) : (
        cells.map((cell) =>
          cellOf(
            cell,
            `h-full items-center px-2 first:pl-4 ${NUMERIC.has(cell.column.id as ColumnId) ? 'justify-end' : ''}`, // as above
          ),
        )
      )}
    </div>
  )
})

/** Where a row will stand once the worker has answered. */
export function RowPlaceholder({
  index,
  top,
  columns,
  twoLines,
}: {
  index: number
  top: number
  columns: number
  twoLines: boolean
}) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-busy="true"
      className={`absolute flex w-full items-center border-b border-line-soft px-4 ${twoLines ? 'h-14' : 'h-8'}`}
      style={{ top }}
    >
      <div role="gridcell" aria-colspan={columns} className="w-full">
        <span className="sr-only">Loading</span>
        <div className="h-2 w-2/3 rounded bg-sunken" />
      </div>
    </div>
  )
}
