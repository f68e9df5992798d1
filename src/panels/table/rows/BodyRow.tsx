import { flexRender } from '@tanstack/react-table'
import { memo, type ReactNode, useMemo } from 'react'

import type { ColumnId } from '../../../flows/column.ts'
import type { Row } from '../../../state/client/rows.ts'
import type { TimeRange } from '../../../state/client/time-range.ts'
import { compactTrace } from '../../../trace/ladder/compact-trace.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { cellId, rowId } from '../cursor/use-cell-cursor.ts'
import { columnOfMeasure, type TableLayout } from '../layout/table-layout.ts'
import type { RowHighlight } from './row-highlight.ts'
import { RowLookContext } from './row-look.ts'
import { rowSentence } from './row-sentence.ts'
import { whenWords } from './row-words.ts'
import { type FittedEnds, fittedEnds } from './shown-ends.ts'
import { columnIdOf, type FlowRow } from './table-features.ts'

interface BodyRowProps {
  readonly row: FlowRow
  /** Place among the matching rows, from 0. */
  readonly index: number
  /** The position in the body, in pixels from its top. */
  readonly top: number
  readonly layout: TableLayout
  /** The span of time in view; null where nothing has a time. */
  readonly span: TimeRange | null
  /** The value of the highest bar of a sparkline. */
  readonly ceiling: number
  /** Whether the cursor is on this row. */
  readonly current: boolean
  /** The column that the cursor is on, in whichever row. */
  readonly cursorColumn: ColumnId | undefined
  /** Whether this row is open in the inspector. */
  readonly selected: boolean
  readonly highlight: RowHighlight
  /** Whether the filter asks for denials. */
  readonly areDenialsAsked: boolean
  /** Must be one and the same function at every render, or memoising has no effect. */
  readonly onPick: (index: number, row: Row) => void
}

/** The areas of the row's grid, on two lines of 17 pixels; a phone has three. */
const ROW_GRID =
  '[grid-template-areas:var(--areas)] [grid-template-columns:var(--tracks)] h-10 grid-rows-[17px_17px] content-center group-data-[layout=phone]/grid:h-[75px] group-data-[layout=phone]/grid:grid-rows-[18px_18px_18px] group-data-[layout=phone]/grid:gap-x-2 group-data-[layout=phone]/grid:gap-y-0.5 group-data-[layout=phone]/grid:px-4'
const STACKED =
  'flex flex-col justify-center px-1.5 group-data-[layout=phone]/grid:flex-row group-data-[layout=phone]/grid:items-center group-data-[layout=phone]/grid:justify-start group-data-[layout=phone]/grid:gap-2 group-data-[layout=phone]/grid:px-0'

const CELLS = {
  action: `[grid-area:action] pl-4 ${STACKED}`,
  port: `[grid-area:port] ${STACKED}`,
  decided:
    '[grid-area:decided] flex min-w-0 items-center gap-1.5 overflow-hidden px-1.5 text-[11.5px] leading-[17px] text-muted group-data-[layout=phone]/grid:px-0 group-data-[layout=wide]/grid:flex-col group-data-[layout=wide]/grid:items-stretch group-data-[layout=wide]/grid:justify-center group-data-[layout=wide]/grid:gap-0',
  count: '[grid-area:count] flex items-center gap-1.5 px-1.5 group-data-[layout=phone]/grid:px-0',
  seen: '[grid-area:seen] flex items-center justify-end overflow-hidden pr-4 pl-1.5 whitespace-nowrap group-data-[layout=phone]/grid:px-0',
} as const

/** Draws the cell of a column; nothing where the column is not shown. */
type RenderCell = (
  id: ColumnId,
  className: string,
  names?: { readonly label: string; readonly title: string },
) => ReactNode

function Ends({
  row,
  ends: { source, destination },
  span,
  renderCell,
}: {
  row: Row
  ends: FittedEnds
  span: TimeRange | null
  renderCell: RenderCell
}) {
  const end = 'flex-none overflow-hidden leading-[17px]'
  return (
    <div className="flex min-w-0 flex-col justify-center overflow-hidden px-1.5 [grid-area:ends] group-data-[layout=phone]/grid:px-0">
      <div className="flex h-[17px] min-w-0 items-center">
        {renderCell('source', end, { label: source.path, title: source.full })}
        <Icon name="arrow" className="mx-[3px] size-3 flex-none text-faint" />
        {renderCell('destination', end, { label: destination.path, title: destination.full })}
      </div>
      {/* The cell of the time has it for screen readers: here it belongs to no column. */}
      <div
        aria-hidden="true"
        className="hidden truncate text-[11.5px] leading-[17px] text-muted group-data-[layout=wide]/grid:block"
      >
        {whenWords(row, span)}
      </div>
    </div>
  )
}

const SELECTED = 'bg-selected shadow-[inset_3px_0_0_var(--accent)]'
const HOVERED = 'hover:bg-[color-mix(in_oklab,var(--sunken)_45%,transparent)]'

/**
 * One row. The focus stays on the grid, which names the row under the cursor by `aria-activedescendant`. The same cells
 * stand in each layout and for each kind of row, so that a changed view changes texts. Memoised, because the table is
 * rendered at each answer of the worker and at each scroll event, and most rows are the same as before.
 */
export const BodyRow = memo(function BodyRow({
  row,
  index,
  top,
  layout,
  span,
  ceiling,
  current,
  cursorColumn,
  selected,
  highlight,
  areDenialsAsked,
  onPick,
}: BodyRowProps) {
  const { extras, measure } = layout
  const ends = useMemo(() => fittedEnds(row.original.key, layout.endsWidth), [row.original, layout.endsWidth])
  const sentence = useMemo(
    () => rowSentence(row.original, ends.source.path, ends.destination.path),
    [row.original, ends],
  )
  const decision = useMemo(() => compactTrace(row.original.key), [row.original])
  const look = useMemo(
    () => ({ layout, ends, decision, ceiling, selected, highlight, areDenialsAsked }),
    [layout, ends, decision, ceiling, selected, highlight, areDenialsAsked],
  )
  const cells = row.getVisibleCells()
  const renderCell: RenderCell = (id, className, names) => {
    const place = cells.findIndex((each) => columnIdOf(each) === id)
    const cell = cells[place]
    if (cell === undefined) return null
    const { columnDef } = cell.column
    return (
      <div
        key={id}
        id={cellId(index, id)}
        data-column={id}
        role="gridcell"
        aria-colindex={place + 1}
        aria-label={names?.label}
        title={names?.title}
        className={`min-w-0 ${className} ${columnDef.meta?.numeric === true ? 'text-right' : ''} ${current && id === cursorColumn ? 'group-focus-visible/grid:bg-accent-soft forced-colors:group-focus-visible/grid:outline-1 forced-colors:group-focus-visible/grid:-outline-offset-1' : ''}`}
      >
        {flexRender(columnDef.cell, cell.getContext())}
      </div>
    )
  }
  const count = columnOfMeasure(measure)
  const background = selected ? SELECTED : HOVERED
  return (
    // The grid has the focus and handles the key presses for all rows.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={rowId(index)}
      // Which record it shows: the same element shows another one after another query.
      data-record={row.original.id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-label={sentence}
      tabIndex={-1}
      onClick={() => onPick(index, row.original)}
      className={`absolute grid w-full cursor-default border-b border-line-soft ${ROW_GRID} ${background} ${current ? 'group-focus-visible/grid:outline-2 group-focus-visible/grid:-outline-offset-2 group-focus-visible/grid:outline-accent' : ''}`}
      style={{ top }}
    >
      <RowLookContext value={look}>
        {renderCell('action', CELLS.action)}
        <Ends row={row.original} ends={ends} span={span} renderCell={renderCell} />
        {renderCell('port', CELLS.port)}
        {renderCell('decided', CELLS.decided, { label: decision.text, title: decision.text })}
        {extras.map((id) => (
          <div key={id} className="flex min-w-0 items-center text-xs" style={{ gridArea: id }}>
            {renderCell(id, 'flex-1 truncate px-1.5')}
          </div>
        ))}
        {renderCell(count, CELLS.count)}
        {renderCell('seen', CELLS.seen)}
      </RowLookContext>
    </div>
  )
})

/** In place of a row that the worker has not sent yet. */
export function RowPlaceholder({ index, top, columns }: { index: number; top: number; columns: number }) {
  return (
    <div
      role="row"
      id={rowId(index)}
      aria-rowindex={index + 2}
      aria-busy="true"
      className="absolute flex h-10 w-full items-center border-b border-line-soft px-4 group-data-[layout=phone]/grid:h-[75px]"
      style={{ top }}
    >
      <div role="gridcell" aria-colspan={columns} className="w-full">
        <span className="sr-only">Loading</span>
        <div className="h-2 w-2/3 rounded bg-sunken" />
      </div>
    </div>
  )
}
