import { memo } from 'react'

import type { ColumnId } from '../../../flows/column.ts'
import type { Row } from '../../../state/client/rows.ts'
import type { RowHighlight } from './row-highlight.ts'
import { columnIdOf, type FlowCell, type FlowRow, NUMERIC } from './table-columns.tsx'
import { HighlightIcon } from './HighlightIcon.tsx'
import { TwoLineCells } from './TwoLineCells.tsx'
import { cellId, rowId } from '../cursor/use-cell-cursor.ts'

interface BodyRowProps {
  readonly row: FlowRow
  /** Place among the matching rows, from 0. */
  readonly index: number
  /** The position in the body, in pixels from its top. */
  readonly top: number
  /** The CSS `grid-template-columns`; null for a row of two lines. */
  readonly template: string | null
  /** The columns that are shown, in their order. */
  readonly columns: readonly ColumnId[]
  /** Whether the cursor is on this row. */
  readonly current: boolean
  /** The column that the cursor is on, in whichever row. */
  readonly cursorColumn: ColumnId | undefined
  /** Whether this row is open in the inspector. */
  readonly selected: boolean
  readonly highlight: RowHighlight
  /** Must be one and the same function at every render, or memoising has no effect. */
  readonly onPick: (index: number, row: Row) => void
}

/**
 * One row. The focus stays on the grid, which names the row under the cursor by `aria-activedescendant`. Memoised, because
 * the table is rendered at each answer of the worker and at each scroll event, and most rows are the same as before.
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
  highlight,
  onPick,
}: BodyRowProps) {
  const background = selected
    ? 'bg-selected shadow-[inset_3px_0_0_var(--accent)]'
    : 'hover:bg-[color-mix(in_oklab,var(--sunken)_45%,transparent)]'
  const renderCell = (cell: FlowCell, className: string) => {
    const { cell: content } = cell.column.columnDef
    const id = columnIdOf(cell)
    const hasCursor = current && id === cursorColumn
    return (
      <div
        key={id}
        id={cellId(index, id)}
        data-column={id}
        role="gridcell"
        aria-colindex={columns.indexOf(id) + 1}
        className={`flex min-w-0 ${className} ${hasCursor ? 'group-focus-visible/grid:bg-accent-soft' : ''}`}
      >
        {id === columns[0] ? <HighlightIcon highlight={highlight} /> : null}
        <div className="min-w-0 truncate">
          {typeof content === 'function' ? content(cell.getContext()) : null}
        </div>
      </div>
    )
  }
  const cells = row.getVisibleCells()
  return (
    // The grid has the focus and handles the key presses for all rows.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={rowId(index)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={-1}
      onClick={() => onPick(index, row.original)}
      className={`absolute grid w-full cursor-default border-b border-line-soft ${template === null ? 'h-14 grid-cols-[5rem_1fr] content-center gap-x-2 gap-y-0.5 px-3' : 'h-8 grid-rows-[100%]'} ${background} ${current ? 'group-focus-visible/grid:outline-2 group-focus-visible/grid:-outline-offset-2 group-focus-visible/grid:outline-accent' : ''}`}
      style={{
        top,
        ...(template === null ? {} : { gridTemplateColumns: template }),
      }}
    >
      {template === null ? (
        <TwoLineCells cells={cells} renderCell={renderCell} />
      ) : (
        cells.map((cell) =>
          renderCell(
            cell,
            `h-full items-center px-2 first:pl-4 ${NUMERIC.has(columnIdOf(cell)) ? 'justify-end' : ''}`,
          ),
        )
      )}
    </div>
  )
})

/** In place of a row that the worker has not sent yet. */
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
