/** The headings of the columns, and which way a first click sorts. */
import { columnOf, type ColumnId } from '../../../flows/column.ts'
import type { Shape, Sort } from '../../../state/client/rows.ts'

/** Columns of numbers: their cells are aligned to the right. */
export const NUMERIC: ReadonlySet<ColumnId> = new Set<ColumnId>(['bytes', 'packets', 'conns', 'seen'])

export function titleOf(id: ColumnId, shape: Shape): string {
  if (id === 'seen') return 'Last'
  return id === 'port' && shape === 'groups' ? 'Ports' : columnOf(id).title
}

/** The order that a first click on a heading, or a choice in the menu, asks for: numbers and times from the greatest. */
export function firstSortOf(column: Sort['column']): Sort {
  const descending = column === 'attention' || column === 'first' || NUMERIC.has(column)
  return { column, descending }
}
