import type { ColumnId } from '../../../flows/column.ts'
import type { Shape, Sort } from '../../../state/client/rows.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { NUMERIC, titleOf } from '../rows/table-columns.tsx'

function isDescendingFirst(column: Sort['column']): boolean {
  return column === 'attention' || column === 'seen' || NUMERIC.has(column)
}

/** Sorts rows of two lines, which have no headings to click. */
export function SortControl({
  columns,
  shape,
  sort,
  onSort,
}: {
  columns: readonly ColumnId[]
  shape: Shape
  sort: Sort
  onSort: (sort: Sort) => void
}) {
  // A link may sort by a column that the two lines do not show.
  const sorted = sort.column
  const shown = sorted === 'attention' || columns.includes(sorted) ? columns : [...columns, sorted]
  const offered = ['attention' as const, ...shown]
  return (
    <div className="mr-auto flex items-center gap-1">
      <select
        aria-label="Sort by"
        value={sort.column}
        onChange={({ target }) => {
          const column = offered.find((id) => id === target.value)
          if (column !== undefined) onSort({ column, descending: isDescendingFirst(column) })
        }}
        className="h-7 max-w-22 rounded-[7px] border border-line bg-surface px-1 text-xs text-ink"
      >
        {offered.map((id) => (
          <option key={id} value={id}>
            {id === 'attention' ? 'Attention' : titleOf(id, shape)}
          </option>
        ))}
      </select>
      <button
        type="button"
        aria-label={sort.descending ? 'Descending' : 'Ascending'}
        title={sort.descending ? 'Descending' : 'Ascending'}
        onClick={() => onSort({ ...sort, descending: !sort.descending })}
        className="grid size-7 place-items-center rounded-[7px] text-muted hover:bg-sunken hover:text-ink"
      >
        <Icon name={sort.descending ? 'down' : 'up'} className="size-3.5" />
      </button>
    </div>
  )
}
