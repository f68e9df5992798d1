import type { KeyboardEvent, ReactNode } from 'react'

import type { ColumnId } from '../../../flows/column.ts'
import type { Shape, Sort } from '../../../state/client/rows.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { columnOfMeasure, type TableLayout } from '../layout/table-layout.ts'
import { firstSortOf, NUMERIC, titleOf } from './column-titles.ts'
import { measureTitle } from './row-words.ts'

/** Arrow keys move between the headings, which are one tab stop. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (by === undefined) return
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const next = buttons[buttons.findIndex((button) => button === document.activeElement) + by]
  if (next === undefined) return
  event.preventDefault()
  event.stopPropagation()
  next.focus()
}

/** The headings, which sort by a click. On a phone they are read out only. */
export function Headings({
  layout,
  shape,
  sort,
  onSort,
}: {
  layout: TableLayout
  shape: Shape
  sort: Sort
  onSort: (sort: Sort) => void
}) {
  const { kind, columns, extras, measure, minWidth } = layout
  const count = columnOfMeasure(measure)
  // Records are no column of their own, so nothing sorts by them.
  const canSort = (id: ColumnId) => id !== count || measure !== 'records'
  const heading = (id: ColumnId, className: string): ReactNode => {
    if (!columns.includes(id)) return null
    const isSorted = sort.column === id && canSort(id)
    const title = id === count ? measureTitle(measure) : titleOf(id, shape)
    return (
      <Heading
        key={id}
        index={columns.indexOf(id)}
        title={title}
        direction={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
        isTabStop={id === 'action'}
        className={className}
        onSort={
          canSort(id)
            ? () => onSort(isSorted ? { column: id, descending: !sort.descending } : firstSortOf(id))
            : null
        }
      />
    )
  }
  const isBeside = kind === 'wide'
  return (
    // Not focusable: the buttons inside are.
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus
    <div
      role="row"
      aria-rowindex={1}
      onKeyDown={moveFocus}
      className="grid h-[27px] [grid-template-columns:var(--tracks)] items-center border-b border-line bg-surface text-2xs font-medium text-muted [grid-template-areas:var(--heads)] group-data-[layout=phone]/grid:sr-only"
      style={{ minWidth }}
    >
      {heading('action', 'pl-4 pr-1.5 [grid-area:action]')}
      <div className="flex min-w-0 items-center px-1.5 [grid-area:ends]">
        {heading('source', '')}
        <Icon name="arrow" className="mx-1 size-3 text-faint" />
        {heading('destination', 'min-w-0 lowercase')}
        {isBeside || !columns.includes('decided') ? null : (
          <>
            <span aria-hidden="true" className="whitespace-pre">
              {', '}
            </span>
            {heading('decided', 'min-w-0 lowercase')}
          </>
        )}
      </div>
      {heading('port', 'px-1.5 [grid-area:port]')}
      {isBeside ? heading('decided', 'px-1.5 [grid-area:decided]') : null}
      {extras.map((id) => (
        <div key={id} className="min-w-0 px-1.5" style={{ gridArea: id }}>
          {heading(id, NUMERIC.has(id) ? 'flex justify-end' : '')}
        </div>
      ))}
      {heading(count, 'flex justify-end px-1.5 [grid-area:count]')}
      {heading('seen', 'flex justify-end pr-4 pl-1.5 [grid-area:seen]')}
    </div>
  )
}

function Heading({
  index,
  title,
  direction,
  isTabStop,
  className,
  onSort,
}: {
  index: number
  title: string
  direction: 'ascending' | 'descending' | 'none'
  isTabStop: boolean
  className: string
  /** Null where nothing can be sorted by it. */
  onSort: (() => void) | null
}) {
  return (
    <div
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={direction}
      className={`min-w-0 ${className}`}
    >
      {onSort === null ? (
        title
      ) : (
        <button
          type="button"
          tabIndex={isTabStop ? 0 : -1}
          className={`inline-flex h-6 max-w-full items-center gap-1 rounded-sm hover:text-ink ${direction === 'none' ? '' : 'text-ink'}`}
          onClick={onSort}
        >
          <span className="truncate">{title}</span>
          {direction === 'none' ? null : (
            <Icon name={direction === 'descending' ? 'down' : 'up'} className="size-3" />
          )}
        </button>
      )}
    </div>
  )
}
