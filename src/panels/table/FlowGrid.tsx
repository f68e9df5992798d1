import type { ReactNode, RefObject } from 'react'

import { useFlowtrace } from '../../state/client/flowtrace.ts'
import type { TableCursor } from './cursor/use-table-cursor.ts'
import type { TableLayout } from './layout/table-layout.ts'
import { Headings } from './rows/Headings.tsx'
import type { FlowHeader } from './rows/table-features.ts'

/**
 * The element of role `grid`: it scrolls, holds the focus for all of its rows, and has the headings above them. While the
 * pointer or the focus is in it, no row moves by itself.
 */
export function FlowGrid({
  grid,
  total,
  layout,
  headers,
  cursor,
  children,
}: {
  grid: RefObject<HTMLDivElement | null>
  /** The number of rows that match. */
  total: number
  layout: TableLayout
  headers: readonly FlowHeader[]
  cursor: Pick<TableCursor, 'activeId' | 'onKeyDown' | 'onContextMenu'>
  /** The body, a group of rows. */
  children: ReactNode
}) {
  const { client } = useFlowtrace()
  const { kind } = layout
  return (
    <div
      ref={grid}
      role="grid"
      aria-label="Flows"
      aria-rowcount={total + 1}
      aria-colcount={layout.columns.length}
      aria-activedescendant={cursor.activeId}
      tabIndex={0}
      data-layout={kind}
      data-part-focus=""
      onKeyDown={cursor.onKeyDown}
      onContextMenu={cursor.onContextMenu}
      // Entering is not enough: the table also appears under a pointer that rests, while the source is read.
      onPointerMove={() => client.setTableUse('pointer', true)}
      onPointerLeave={() => client.setTableUse('pointer', false)}
      onFocus={() => client.setTableUse('focus', true)}
      onBlur={() => client.setTableUse('focus', false)}
      className="group/grid relative min-h-0 overflow-auto outline-none focus-visible:outline-none"
    >
      <div role="rowgroup" className="sticky top-0 z-10">
        <Headings layout={layout} headers={headers} />
      </div>
      {children}
    </div>
  )
}
