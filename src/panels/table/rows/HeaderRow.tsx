import type { Header } from '@tanstack/react-table'
import { type KeyboardEvent, type MouseEvent, useRef } from 'react'
import { flushSync } from 'react-dom'

import type { ColumnId } from '../../../flows/column.ts'
import { useView } from '../../../state/view/navigation.ts'
import { setPreferences, usePreferences } from '../../../state/remembered/preferences.ts'
import type { Row, Sort } from '../../../state/client/rows.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { type features, NUMERIC, titleOf } from './column-cells.tsx'
import type { Layout } from '../layout/column-layout.ts'

/** Columns that are sorted from the greatest down at first. */
const DESCENDING: ReadonlySet<ColumnId> = new Set<ColumnId>([...NUMERIC, 'seen', 'first'])
/** Pixels that an arrow key moves a column's edge. */
const STEP = 16

type FlowHeader = Header<typeof features, Row>

export function HeaderRow({
  headers,
  layout,
  sort,
  onSort,
}: {
  headers: readonly FlowHeader[]
  layout: Layout
  sort: Sort
  onSort: (sort: Sort) => void
}) {
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="sticky top-0 z-10 grid border-b border-line bg-surface text-2xs font-medium text-muted"
      style={{ gridTemplateColumns: layout.template, minWidth: layout.least }}
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
  const { widths } = usePreferences()
  const id = header.id as ColumnId // the columns are made from the registry
  const [{ shape }] = useView()
  const title = titleOf(id, shape)
  const sorted = sort.column === id
  const width = () => Math.round(cell.current?.offsetWidth ?? header.getSize())
  const resize = (next: number) =>
    setPreferences({ widths: { ...widths, [id]: Math.min(2000, Math.max(56, Math.round(next))) } })

  const startResize = (event: MouseEvent) => {
    // A column that took the left-over width gets the width it has, so that its edge does not jump away.
    flushSync(() => resize(width()))
    header.getResizeHandler()(event.nativeEvent)
  }
  const resizeByKey = (event: KeyboardEvent) => {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (direction === undefined) return
    event.preventDefault()
    resize(width() + direction * STEP)
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
        onClick={() => onSort({ column: id, descending: sorted ? !sort.descending : DESCENDING.has(id) })}
      >
        <span className="truncate">{title}</span>
        {sorted ? <Icon name={sort.descending ? 'down' : 'up'} className="size-3" /> : null}
      </button>
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={`Width of ${title}`}
        aria-valuenow={header.getSize()}
        aria-valuemin={56}
        aria-valuemax={2000}
        tabIndex={0}
        className="absolute inset-y-1 right-0 z-10 w-2 cursor-col-resize border-r border-transparent group-hover:border-line hover:border-accent focus-visible:border-accent"
        onMouseDown={startResize}
        onTouchStart={header.getResizeHandler()}
        onKeyDown={resizeByKey}
        onDoubleClick={() => {
          const { [id]: _, ...rest } = widths
          setPreferences({ widths: rest })
        }}
      />
    </div>
  )
}
