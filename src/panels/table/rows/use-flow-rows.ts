import { type SortingState, useTable } from '@tanstack/react-table'
import { useMemo } from 'react'

import { setPreferences, usePreferences } from '../../../state/remembered/preferences.ts'
import type { Row, Sort, TableWindow } from '../../../state/client/rows.ts'
import type { ColumnLayout } from '../layout/column-layout.ts'
import { columns, features, type FlowHeader, type FlowRow } from './table-columns.tsx'

const NO_ROWS: Row[] = []

export interface FlowRows {
  readonly headers: readonly FlowHeader[]
  /** The rows of the window, in its order. */
  readonly rows: readonly FlowRow[]
}

/** The rows of the window and the headings, as objects of react-table. It is used for column resizing; the worker sorts. */
export function useFlowRows(
  window: TableWindow | undefined,
  { columns: shown }: Pick<ColumnLayout, 'columns'>,
  sort: Sort,
): FlowRows {
  const { order, widths } = usePreferences()
  const columnState = useMemo(
    () => ({
      columnOrder: [...shown],
      columnVisibility: Object.fromEntries(order.map((id) => [id, shown.includes(id)])),
    }),
    [shown, order],
  )
  const table = useTable({
    features,
    columns,
    data: window === undefined ? NO_ROWS : (window.rows as Row[]), // react-table never writes to its data
    getRowId: (row) => row.id,
    manualSorting: true,
    columnResizeMode: 'onChange',
    state: {
      ...columnState,
      columnSizing: widths,
      sorting: [{ id: sort.column, desc: sort.descending }] satisfies SortingState,
    },
    onColumnSizingChange: (update) => {
      setPreferences((now) => ({ widths: typeof update === 'function' ? update(now.widths) : update }))
    },
  })
  return { headers: table.getHeaderGroups()[0]?.headers ?? [], rows: table.getRowModel().rows }
}
