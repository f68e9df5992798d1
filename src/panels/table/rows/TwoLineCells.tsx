import type { ReactNode } from 'react'

import type { ColumnId } from '../../../flows/column.ts'
import { Icon } from '../../../ui/Icon.tsx'
import type { FlowCell } from './table-columns.tsx'

/**
 * The cells of a row of two lines: source and destination beside the verdict; below them port, decision, connections and
 * time. Cells of other columns are not rendered.
 */
export function TwoLineCells({
  cells,
  renderCell,
}: {
  cells: readonly FlowCell[]
  /** The gridcell with the given class names. */
  renderCell: (cell: FlowCell, className: string) => ReactNode
}) {
  const cellOf = (id: ColumnId, className: string): ReactNode => {
    const cell = cells.find(({ column }) => column.id === id)
    return cell === undefined ? null : renderCell(cell, className)
  }
  const hasBothEnds = ['source', 'destination'].every((id) => cells.some(({ column }) => column.id === id))
  return (
    <>
      {cellOf('action', 'row-span-2 pt-0.5')}
      <div className="col-start-2 flex min-w-0 items-center gap-1">
        {cellOf('source', 'min-w-0')}
        {hasBothEnds ? <Icon name="arrow" className="size-3 text-faint" /> : null}
        {cellOf('destination', 'min-w-0')}
      </div>
      <div className="col-start-2 flex min-w-0 items-center gap-2 text-2xs text-muted">
        {cellOf('port', 'flex-none')}
        {cellOf('decided', 'min-w-0')}
        {cellOf('conns', 'flex-none')}
        {cellOf('seen', 'ml-auto flex-none')}
      </div>
    </>
  )
}
