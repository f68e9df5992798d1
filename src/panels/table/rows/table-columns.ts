/** The columns of react-table: of each column of the registry its heading, what makes its cells, and its sorting. */
import { createColumnHelper } from '@tanstack/react-table'

import { columnOfMeasure } from '../../../flows/chosen-columns.ts'
import { COLUMNS, type ColumnId } from '../../../flows/column.ts'
import type { Measure } from '../../../state/client/histogram.ts'
import type { Row, Shape } from '../../../state/client/rows.ts'
import { firstSortOf, NUMERIC, titleOf } from './column-titles.ts'
import { newCountCell } from './count-cell.ts'
import { newDecidedCell } from './decided-cell.ts'
import { newDestinationCell, newSourceCell } from './end-cells.ts'
import { newPortsCell } from './ports-cell.ts'
import type { CellInside } from './row-cell.ts'
import { measureTitle } from './row-words.ts'
import type { features } from './table-features.ts'
import { newFirstSeenCell, newSeenCell } from './time-cells.ts'
import { newVerdictCell } from './verdict-cell.ts'
import {
  newBytesCell,
  newPacketsCell,
  newPendingCell,
  newReporterCell,
  newServiceCell,
} from './word-cells.ts'

/** The cells of each column where it does not show the measure that the reader chose. */
const CELLS: Readonly<Record<ColumnId, () => CellInside>> = {
  seen: newSeenCell,
  first: newFirstSeenCell,
  action: newVerdictCell,
  pending: newPendingCell,
  source: newSourceCell,
  destination: newDestinationCell,
  service: newServiceCell,
  port: newPortsCell,
  reporter: newReporterCell,
  decided: newDecidedCell,
  bytes: newBytesCell,
  packets: newPacketsCell,
  conns: newCountCell,
}

const helper = createColumnHelper<typeof features, Row>()

/** The columns for rows of a shape that count a measure. The column of the measure has its name and its sparklines. */
export function columnsFor(shape: Shape, measure: Measure) {
  const count = columnOfMeasure(measure)
  return helper.columns(
    COLUMNS.map(({ id }) =>
      // react-table sorts only by columns with an accessor. Nothing calls it, because the worker sorts.
      helper.accessor((row) => row, {
        id,
        header: id === count ? measureTitle(measure) : titleOf(id, shape),
        sortDescFirst: firstSortOf(id).descending,
        // Records are no column of their own, so nothing sorts by them.
        enableSorting: id !== count || measure !== 'records',
        meta: { numeric: NUMERIC.has(id), newCell: id === count ? newCountCell : CELLS[id] },
      }),
    ),
  )
}
