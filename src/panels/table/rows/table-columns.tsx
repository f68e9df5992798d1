/** The columns of react-table: of each column of the registry its heading, the component of its cells, and its sorting. */
import { createColumnHelper } from '@tanstack/react-table'
import type { ReactNode } from 'react'

import { COLUMNS, type ColumnId } from '../../../flows/column.ts'
import type { Measure } from '../../../state/client/histogram.ts'
import type { Row, Shape } from '../../../state/client/rows.ts'
import { columnOfMeasure } from '../layout/table-layout.ts'
import {
  Bytes,
  Count,
  Destination,
  FirstSeen,
  Packets,
  Pending,
  Ports,
  ReporterName,
  Seen,
  Service,
  Source,
  Verdict,
} from './cells.tsx'
import { firstSortOf, NUMERIC, titleOf } from './column-titles.ts'
import { DecidedBy } from './DecidedBy.tsx'
import { measureTitle } from './row-words.ts'
import type { features, FlowCell } from './table-features.ts'

/** The cells of each column where it does not show the measure that the reader chose. */
const CELLS: Readonly<Record<ColumnId, (props: FlowCell) => ReactNode>> = {
  seen: Seen,
  first: FirstSeen,
  action: Verdict,
  pending: Pending,
  source: Source,
  destination: Destination,
  service: Service,
  port: Ports,
  reporter: ReporterName,
  decided: DecidedBy,
  bytes: Bytes,
  packets: Packets,
  conns: Count,
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
        cell: id === count ? Count : CELLS[id],
        sortDescFirst: firstSortOf(id).descending,
        // Records are no column of their own, so nothing sorts by them.
        enableSorting: id !== count || measure !== 'records',
        meta: { numeric: NUMERIC.has(id) },
      }),
    ),
  )
}
