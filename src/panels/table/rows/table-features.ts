/** What the table uses of react-table, and the types that follow. The worker filters and sorts, so that neither is used. */
import {
  type Column,
  columnOrderingFeature,
  columnVisibilityFeature,
  type Header,
  metaHelper,
  type Row as TableRow,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table'

import type { ColumnId } from '../../../flows/column.ts'
import type { Row } from '../../../state/client/rows.ts'
import type { CellInside } from './row-cell.ts'

interface ColumnMeta {
  /** Whether the cells are numbers, which are aligned to the right. */
  readonly numeric: boolean
  /** Makes the inside of a cell, which then shows any row. */
  readonly newCell: () => CellInside
}

export const features = tableFeatures({
  columnVisibilityFeature,
  columnOrderingFeature,
  rowSortingFeature,
  columnMeta: metaHelper<ColumnMeta>(),
})

export type FlowHeader = Header<typeof features, Row>
export type FlowRow = TableRow<typeof features, Row>
export type FlowColumn = Column<typeof features, Row>

/** The id of a column in the registry. */
export function columnIdOf(column: Pick<FlowColumn, 'id'>): ColumnId {
  return column.id as ColumnId // `columnsFor` has an entry for each id of the registry, and no other
}
