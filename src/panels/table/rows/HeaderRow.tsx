import { type KeyboardEvent, type MouseEvent, useRef } from 'react'
import { flushSync } from 'react-dom'

import type { ColumnId } from '../../../flows/column.ts'
import { useView } from '../../../state/view/navigation.ts'
import { setPreferences } from '../../../state/remembered/preferences.ts'
import type { Sort } from '../../../state/client/rows.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { columnIdOf, type FlowHeader, NUMERIC, titleOf } from './table-columns.tsx'
import { type ColumnLayout, MAX_COLUMN_WIDTH, MIN_COLUMN_WIDTH } from '../layout/column-layout.ts'

/** Columns whose first click sorts in descending order. */
const DESCENDING_FIRST: ReadonlySet<ColumnId> = new Set<ColumnId>([...NUMERIC, 'seen', 'first'])
/** Pixels by which an arrow key resizes a column. */
const RESIZE_STEP = 16

/** The headings over rows of one line: they sort by a click, and resize by pointer or arrow keys. */
export function HeaderRow({
  headers,
  layout,
  sort,
  onSort,
}: {
  headers: readonly FlowHeader[]
  layout: ColumnLayout
  sort: Sort
  onSort: (sort: Sort) => void
}) {
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="sticky top-0 z-10 grid border-b border-line bg-surface text-2xs font-medium text-muted"
      style={{ gridTemplateColumns: layout.template, minWidth: layout.minWidth }}
    >
      {headers.map((header, index) => (
        <HeaderCell key={header.id} header={header} index={index} sort={sort} onSort={onSort} />
      ))}
    </div>
  )
}

function HeaderCell({
  header,
  index,
  sort,
  onSort,
}: {
  header: FlowHeader
  index: number
  sort: Sort
  onSort: (sort: Sort) => void
}) {
  const cell = useRef<HTMLDivElement>(null)
  const id = columnIdOf(header)
  const [{ shape }] = useView()
  const title = titleOf(id, shape)
  const sorted = sort.column === id
  const width = () => Math.round(cell.current?.offsetWidth ?? header.getSize())
  const resize = (next: number) => {
    const clamped = Math.min(MAX_COLUMN_WIDTH, Math.max(MIN_COLUMN_WIDTH, Math.round(next)))
    setPreferences(({ widths }) => ({ widths: { ...widths, [id]: clamped } }))
  }

  const startResize = (event: MouseEvent) => {
    // react-table starts from the stored width. A flexible column has none, and its edge would jump away from the pointer.
    flushSync(() => resize(width()))
    header.getResizeHandler()(event.nativeEvent)
  }
  const resizeByKey = (event: KeyboardEvent) => {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (direction === undefined) return
    event.preventDefault()
    resize(width() + direction * RESIZE_STEP)
  }

  return (
    <div
      ref={cell}
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
      className="group relative flex h-8 items-center px-2 first:pl-4"
    >
      <button
        type="button"
        className={`flex min-w-0 items-center gap-1 rounded-sm hover:text-ink ${NUMERIC.has(id) ? 'ml-auto' : ''} ${sorted ? 'text-ink' : ''}`}
        onClick={() =>
          onSort({ column: id, descending: sorted ? !sort.descending : DESCENDING_FIRST.has(id) })
        }
      >
        <span className="truncate">{title}</span>
        {sorted ? <Icon name={sort.descending ? 'down' : 'up'} className="size-3" /> : null}
      </button>
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={`Width of ${title}`}
        aria-valuenow={header.getSize()}
        aria-valuemin={MIN_COLUMN_WIDTH}
        aria-valuemax={MAX_COLUMN_WIDTH}
        tabIndex={0}
        className="absolute inset-y-1 right-0 z-10 w-2 cursor-col-resize border-r border-transparent group-hover:border-line hover:border-accent focus-visible:border-accent"
        onMouseDown={startResize}
        onTouchStart={header.getResizeHandler()}
        onKeyDown={resizeByKey}
        onDoubleClick={() => {
          setPreferences((now) => {
            const { [id]: _, ...widths } = now.widths
            return { widths }
          })
        }}
      />
    </div>
  )
}
