import { functionalUpdate, type SortingState, useTable } from '@tanstack/react-table'
import { useMemo } from 'react'

import { COLUMNS } from '../../../flows/column.ts'
import type { Row, Shape, Sort } from '../../../state/client/rows.ts'
import type { TableLayout } from '../layout/table-layout.ts'
import { columnsFor } from './table-columns.ts'
import { columnIdOf, features, type FlowColumn, type FlowHeader, type FlowRow } from './table-features.ts'

export interface FlowTableModel {
  /** The headings of the columns that are shown, in their order. */
  readonly headers: readonly FlowHeader[]
  /** Those columns: what makes their cells, and whether these are numbers. */
  readonly columns: readonly FlowColumn[]
  /** The rows of the window, in its order. */
  readonly rows: readonly FlowRow[]
}

/**
 * The instance of react-table. It has the columns, which of them are shown and in which order, the sorting and the rows
 * of the window. All of its state is derived from the layout and the view, so it holds none of its own.
 */
export function useFlowTable({
  rows,
  layout: { columns: shown, measure },
  shape,
  sort,
  onSort,
}: {
  /** Must be the same array until the worker answers, or each row is rendered anew. */
  rows: readonly Row[]
  layout: Pick<TableLayout, 'columns' | 'measure'>
  shape: Shape
  sort: Sort
  onSort: (sort: Sort) => void
}): FlowTableModel {
  const columns = useMemo(() => columnsFor(shape, measure), [shape, measure])
  const state = useMemo(
    () => ({
      columnOrder: [...shown],
      columnVisibility: Object.fromEntries(COLUMNS.map(({ id }) => [id, shown.includes(id)])),
      sorting: [{ id: sort.column, desc: sort.descending }] satisfies SortingState,
    }),
    [shown, sort],
  )
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: (row) => row.id,
    state,
    manualSorting: true,
    enableSortingRemoval: false,
    enableMultiSort: false,
    onSortingChange: (update) => {
      const [next] = functionalUpdate(update, state.sorting)
      const column = table.getAllLeafColumns().find(({ id }) => id === next?.id)
      if (next !== undefined && column !== undefined)
        onSort({ column: columnIdOf(column), descending: next.desc })
    },
  })
  return {
    headers: table.getHeaderGroups()[0]?.headers ?? [],
    columns: table.getVisibleLeafColumns(),
    rows: table.getRowModel().rows,
  }
}
