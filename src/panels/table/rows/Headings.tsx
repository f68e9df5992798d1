import { FlexRender } from '@tanstack/react-table'
import type { KeyboardEvent, ReactNode } from 'react'

import type { ColumnId } from '../../../flows/column.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { columnOfMeasure } from '../../../flows/chosen-columns.ts'
import type { TableLayout } from '../layout/table-layout.ts'
import { columnIdOf, type FlowHeader } from './table-features.ts'

/** Arrow keys move between the headings, and down to the rows: the grid is one stop of Tab. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key === 'ArrowDown') {
    event.preventDefault()
    event.stopPropagation()
    event.currentTarget.closest<HTMLElement>('[role=grid]')?.focus()
    return
  }
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
export function Headings({ layout, headers }: { layout: TableLayout; headers: readonly FlowHeader[] }) {
  const { kind, columns, extras, measure, minWidth, heads, tracks } = layout
  const count = columnOfMeasure(measure)
  const heading = (id: ColumnId, className: string): ReactNode => {
    const place = headers.findIndex(({ column }) => columnIdOf(column) === id)
    const header = headers[place]
    if (header === undefined) return null
    return <Heading key={id} index={place} header={header} className={className} />
  }
  const isBeside = kind === 'wide'
  return (
    // Not focusable: the buttons inside are.
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus
    <div
      role="row"
      aria-rowindex={1}
      onKeyDown={moveFocus}
      className="grid h-[27px] items-center border-b border-line bg-surface text-2xs font-medium text-muted group-data-[layout=phone]/grid:sr-only"
      style={{ minWidth, gridTemplateAreas: heads, gridTemplateColumns: tracks }}
    >
      {heading('action', 'pl-4 pr-1.5 [grid-area:action]')}
      <div className="flex min-w-0 items-center px-1.5 [grid-area:ends]">
        {heading('source', '')}
        <Icon name="arrow" className="mr-1 ml-3.5 size-3 flex-none text-faint" />
        {heading('destination', 'min-w-0 [&_button]:lowercase')}
        {isBeside || !columns.includes('decided') ? null : (
          <>
            <span aria-hidden="true" className="whitespace-pre [[aria-sort$=scending]+&]:pl-3">
              {', '}
            </span>
            {heading('decided', 'min-w-0 [&_button]:lowercase')}
          </>
        )}
      </div>
      {heading('port', 'px-1.5 [grid-area:port]')}
      {isBeside ? heading('decided', 'px-1.5 [grid-area:decided]') : null}
      {extras.map((id) => (
        <div key={id} className="min-w-0 px-1.5" style={{ gridArea: id }}>
          {heading(id, '')}
        </div>
      ))}
      {/* Where it is wider than its numbers, it begins over the end of the ports. */}
      {heading(count, 'px-1.5 [grid-area:count] [&_button]:max-w-none')}
      {heading('seen', 'pr-4 pl-1.5 [grid-area:seen]')}
    </div>
  )
}

function Heading({ index, header, className }: { index: number; header: FlowHeader; className: string }) {
  const { column } = header
  const isNumeric = column.columnDef.meta?.numeric === true
  const canSort = column.getCanSort()
  const sorted = canSort && column.getIsSorted()
  const direction = sorted === false ? 'none' : sorted === 'desc' ? 'descending' : 'ascending'
  return (
    <div
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={direction}
      className={`min-w-0 ${isNumeric ? 'flex justify-end' : ''} ${className}`}
    >
      {canSort ? (
        <button
          type="button"
          tabIndex={-1}
          className={`relative inline-flex h-6 max-w-full items-center rounded-sm hover:text-ink ${direction === 'none' ? '' : 'text-ink'}`}
          onClick={column.getToggleSortingHandler()}
        >
          <span className="truncate">
            <FlexRender header={header} />
          </span>
          {direction === 'none' ? null : (
            // In the room between two headings, so that no other heading moves.
            <Icon
              name={direction === 'descending' ? 'down' : 'up'}
              className={`absolute size-3 ${isNumeric ? 'right-full' : 'left-full'}`}
            />
          )}
        </button>
      ) : (
        <FlexRender header={header} />
      )}
    </div>
  )
}
