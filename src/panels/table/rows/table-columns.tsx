/** The columns of react-table, made from the field registry. The worker sorts and filters, so react-table does neither. */
import {
  type Cell,
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  type Header,
  type Row as TableRow,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table'
import type { ReactNode } from 'react'

import { columnOf, COLUMNS, type ColumnId } from '../../../flows/column.ts'
import { fieldOf } from '../../../flows/field.ts'
import { displayName, displayNamespace } from '../../../flows/spelling.ts'
import { unreachable } from '../../../lib/assert.ts'
import { formatBytes, formatCount } from '../../../lib/format.ts'
import type { Row, Shape } from '../../../state/client/rows.ts'
import { NamespacedName } from '../../../ui/NamespacedName.tsx'
import { MIN_COLUMN_WIDTH } from '../layout/column-layout.ts'
import { Attempts, DecidedBy, FirstSeen, Pending, Port, Seen, Service, Verdict } from './cells.tsx'

export const features = tableFeatures({
  columnVisibilityFeature,
  columnOrderingFeature,
  columnSizingFeature,
  columnResizingFeature,
  rowSortingFeature,
})

export type FlowHeader = Header<typeof features, Row>
export type FlowRow = TableRow<typeof features, Row>
export type FlowCell = Cell<typeof features, Row>

/** Columns of numbers: their cells are aligned to the right. */
export const NUMERIC: ReadonlySet<ColumnId> = new Set<ColumnId>(['bytes', 'packets', 'conns'])

/** The id of the column that a cell or a heading belongs to. */
export function columnIdOf({ column }: Pick<FlowCell | FlowHeader, 'column'>): ColumnId {
  return column.id as ColumnId // `columns` has an entry for each id of the registry, and no other
}

/** The heading of a column. Connections of several records are called attempts, because a denied one never connected. */
export function titleOf(id: ColumnId, shape: Shape): string {
  return id === 'conns' && shape !== 'intervals' ? 'Attempts' : columnOf(id).title
}

function shownEnd(namespace: string, name: string): { namespace: string; name: string } {
  return { namespace: displayNamespace(namespace), name: displayName(name, namespace) }
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
      return <NamespacedName {...shownEnd(key.sourceNamespace, key.sourceName)} />
    case 'destination':
      return <NamespacedName {...shownEnd(key.destNamespace, key.destName)} />
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
      minSize: MIN_COLUMN_WIDTH,
      cell: ({ row }) => cellOf(column.id, row.original),
    }),
  ),
)
