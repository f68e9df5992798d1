/** What the table uses of react-table, and the types that follow. The worker filters and sorts, so that neither is used. */
import {
  type Cell,
  type CellContext,
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

interface ColumnMeta {
  /** Whether the cells are numbers, which are aligned to the right. */
  readonly numeric: boolean
}

export const features = tableFeatures({
  columnVisibilityFeature,
  columnOrderingFeature,
  rowSortingFeature,
  columnMeta: metaHelper<ColumnMeta>(),
})

export type FlowHeader = Header<typeof features, Row>
export type FlowRow = TableRow<typeof features, Row>
/** The properties of a component that draws the content of a cell. */
export type FlowCell = CellContext<typeof features, Row>

/** The id of the column that a cell or a heading belongs to. */
export function columnIdOf({ column }: Pick<Cell<typeof features, Row> | FlowHeader, 'column'>): ColumnId {
  return column.id as ColumnId // `columnsFor` has an entry for each id of the registry, and no other
}
