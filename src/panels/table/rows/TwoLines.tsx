import type { Cell } from '@tanstack/react-table'
import type { ReactNode } from 'react'

import type { ColumnId } from '../../../flows/column.ts'
import type { Row } from '../../../state/client/rows.ts'
import { Icon } from '../../../ui/Icon.tsx'
import type { features } from './column-cells.tsx'

/** The ends beside the verdict, and below them how and by what it was decided. What is left out stands in no line. */
export function TwoLines({
  cells,
  draw,
}: {
  cells: readonly Cell<typeof features, Row>[]
  /** A cell as the grid knows it, with the classes of its place. */
  draw: (cell: Cell<typeof features, Row>, place: string) => ReactNode
}) {
  const at = (id: ColumnId, place: string): ReactNode => {
    const cell = cells.find(({ column }) => column.id === id)
    return cell === undefined ? null : draw(cell, place)
  }
  const both = ['source', 'destination'].every((id) => cells.some(({ column }) => column.id === id))
  return (
    <>
      {at('action', 'row-span-2 pt-0.5')}
      <div className="col-start-2 flex min-w-0 items-center gap-1">
        {at('source', 'min-w-0')}
        {both ? <Icon name="arrow" className="size-3 text-faint" /> : null}
        {at('destination', 'min-w-0')}
      </div>
      <div className="col-start-2 flex min-w-0 items-center gap-2 text-2xs text-muted">
        {at('port', 'flex-none')}
        {at('decided', 'min-w-0')}
        {at('conns', 'flex-none')}
        {at('seen', 'ml-auto flex-none')}
      </div>
    </>
  )
}
