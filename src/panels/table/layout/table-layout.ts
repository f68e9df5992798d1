import { createContext, use } from 'react'

import type { ColumnId } from '../../../flows/column.ts'

/** What a cell must know of the layout: it may tell what a column would that gave way. */
export interface TableLayout {
  readonly twoLines: boolean
  readonly gaveWay: readonly ColumnId[]
  /** Too narrow for what is not the point of their cells. */
  readonly brief: readonly ColumnId[]
}

export const TableLayoutContext = createContext<TableLayout>({ twoLines: false, gaveWay: [], brief: [] })

export function useTableLayout(): TableLayout {
  return use(TableLayoutContext)
}
