import type { ReactNode, RefObject } from 'react'

import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { useView } from '../../state/view/navigation.ts'
import type { Sort } from '../../state/client/rows.ts'
import type { TableCursor } from './cursor/use-table-cursor.ts'
import type { ColumnLayout } from './layout/column-layout.ts'
import { HeaderRow } from './rows/HeaderRow.tsx'
import type { FlowHeader } from './rows/table-columns.tsx'
import { TwoLineHeadings } from './rows/TwoLineHeadings.tsx'

/**
 * The element of role `grid`: it scrolls, holds the focus for all of its rows, and has the headings above them. While the
 * pointer or the focus is in it, no row moves by itself.
 */
export function FlowGrid({
  grid,
  total,
  headers,
  layout,
  cursor,
  children,
}: {
  grid: RefObject<HTMLDivElement | null>
  /** The number of rows that match. */
  total: number
  headers: readonly FlowHeader[]
  layout: ColumnLayout
  cursor: Pick<TableCursor, 'activeId' | 'onKeyDown' | 'onContextMenu'>
  /** The body, a group of rows. */
  children: ReactNode
}) {
  const { client } = useFlowtrace()
  const [{ shape, sort }, navigate] = useView()
  return (
    <div
      ref={grid}
      role="grid"
      aria-label="Flows"
      aria-rowcount={total + 1}
      aria-colcount={headers.length}
      aria-activedescendant={cursor.activeId}
      tabIndex={0}
      onKeyDown={cursor.onKeyDown}
      onContextMenu={cursor.onContextMenu}
      onPointerEnter={() => client.setTableUse('pointer', true)}
      onPointerLeave={() => client.setTableUse('pointer', false)}
      onFocus={() => client.setTableUse('focus', true)}
      onBlur={() => client.setTableUse('focus', false)}
      className="group/grid relative min-h-0 overflow-auto outline-none focus-visible:outline-none"
    >
      <div role="rowgroup" className="sticky top-0 z-10">
        {layout.twoLines ? (
          <TwoLineHeadings columns={layout.columns} shape={shape} sort={sort} />
        ) : (
          <HeaderRow
            headers={headers}
            layout={layout}
            sort={sort}
            onSort={(next: Sort) => navigate({ sort: next }, 'replace')}
          />
        )}
      </div>
      {children}
    </div>
  )
}
