import { columnOf, type ColumnId } from '../../../flows/column.ts'
import type { Sort } from '../../../state/client/rows.ts'
import { navigate, useViewPart } from '../../../state/view/navigation.ts'
import { firstSortOf } from '../rows/column-titles.ts'
import { BarChoice, type BarOption } from './BarChoice.tsx'

const ORDERS: readonly BarOption<Sort['column']>[] = [
  { id: 'attention', title: 'Attention' },
  { id: 'conns', title: 'Connections' },
  { id: 'bytes', title: 'Bytes' },
  { id: 'packets', title: 'Packets' },
  { id: 'seen', title: 'Last seen' },
  { id: 'first', title: 'First seen' },
  { id: 'source', title: 'Source' },
  { id: 'destination', title: 'Destination' },
  { id: 'port', title: 'Port' },
  { id: 'action', title: 'Verdict' },
  { id: 'decided', title: 'Decided by' },
]

/** The order of the rows. It is set once, and then only counts change. */
export function OrderChoice() {
  const sort = useViewPart((view) => view.sort)
  // A heading that the reader added, or a link, may sort by another column.
  const options = ORDERS.some(({ id }) => id === sort.column)
    ? ORDERS
    : [...ORDERS, { id: sort.column, title: columnOf(sort.column as ColumnId).title }] // not `attention`, which is in the list
  return (
    <BarChoice
      label="Order"
      name="Order of the rows"
      value={sort.column}
      options={options}
      onChange={(column) => navigate({ sort: firstSortOf(column) }, 'replace')}
    />
  )
}
