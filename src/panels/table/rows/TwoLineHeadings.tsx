import type { ColumnId } from '../../../flows/column.ts'
import type { Shape, Sort } from '../../../state/client/rows.ts'
import { titleOf } from './table-columns.tsx'

/** The headings of rows of two lines, for screen readers only: no heading fits over a row of two lines. */
export function TwoLineHeadings({
  columns,
  shape,
  sort,
}: {
  columns: readonly ColumnId[]
  shape: Shape
  sort: Sort
}) {
  return (
    <div role="row" aria-rowindex={1} className="sr-only">
      {columns.map((id, index) => (
        <span
          key={id}
          role="columnheader"
          aria-colindex={index + 1}
          aria-sort={sort.column === id ? (sort.descending ? 'descending' : 'ascending') : 'none'}
        >
          {titleOf(id, shape)}
        </span>
      ))}
    </div>
  )
}
