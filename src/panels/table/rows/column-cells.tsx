/** The table's columns for react-table, made from the registry; sorting and filtering are the worker's. */
import {
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table'
import type { ReactNode } from 'react'

import { columnOf, COLUMNS, type ColumnId } from '../../../flows/column.ts'
import { fieldOf } from '../../../flows/field.ts'
import { displayName } from '../../../flows/spelling.ts'
import { unreachable } from '../../../lib/assert.ts'
import { formatBytes, formatCount } from '../../../lib/format.ts'
import type { Row, Shape } from '../../../state/client/rows.ts'
import { Scoped } from '../../../ui/Scoped.tsx'
import { Attempts, DecidedBy, FirstSeen, Pending, Port, Seen, Service, Verdict } from './cells.tsx'

export const features = tableFeatures({
  columnVisibilityFeature,
  columnOrderingFeature,
  columnSizingFeature,
  columnResizingFeature,
  rowSortingFeature,
})

/** Columns of figures: their cells stand at the right. */
export const NUMERIC: ReadonlySet<ColumnId> = new Set<ColumnId>(['bytes', 'packets', 'conns'])

/** The heading of a column: a denial's connections are attempts. */
export function titleOf(id: ColumnId, shape: Shape): string {
  return id === 'conns' && shape === 'signatures' ? 'Attempts' : columnOf(id).title
}

function cellOf(id: ColumnId, row: Row): ReactNode {
  const { key } = row
  switch (id) {
    case 'seen':
      return <Seen row={row} />
    case 'first':
      return <FirstSeen at={row.firstSeen} />
    case 'action':
      return <Verdict flowKey={key} />
    case 'pending':
      return <Pending flowKey={key} />
    case 'source':
      return <Scoped scope={key.sourceNamespace} name={displayName(key.sourceName)} />
    case 'destination':
      return <Scoped scope={key.destNamespace} name={displayName(key.destName)} />
    case 'service':
      return <Service flowKey={key} />
    case 'port':
      return <Port flowKey={key} />
    case 'reporter':
      return <span className="text-muted">{fieldOf('reporter').shown?.(key.reporter) ?? key.reporter}</span>
    case 'decided':
      return <DecidedBy flowKey={key} />
    case 'bytes':
      return formatBytes(row.bytesIn + row.bytesOut)
    case 'packets':
      return formatCount(row.packetsIn + row.packetsOut)
    case 'conns':
      return <Attempts row={row} />
    default:
      return unreachable(id, 'column')
  }
}

const helper = createColumnHelper<typeof features, Row>()

export const columns = helper.columns(
  COLUMNS.map((column) =>
    helper.display({
      id: column.id,
      header: column.title,
      size: column.width,
      minSize: 56,
      cell: ({ row }) => cellOf(column.id, row.original),
    }),
  ),
)
