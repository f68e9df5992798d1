import { createContext, use } from 'react'

import type { ColumnId } from '../../../flows/column.ts'

/** The part of the column layout that cells read: the verdict's cell replaces a dropped pending column. */
export interface TableLayout {
  readonly twoLines: boolean
  readonly dropped: readonly ColumnId[]
  /** The columns whose cells leave out their extras. */
  readonly compact: readonly ColumnId[]
}

export const TableLayoutContext = createContext<TableLayout>({ twoLines: false, dropped: [], compact: [] })

export function useTableLayout(): TableLayout {
  return use(TableLayoutContext)
}
