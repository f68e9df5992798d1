import { lazy, Suspense, useEffect, useRef } from 'react'

import { lazyChunk } from '../../lib/preload.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import type { Row } from '../../state/client/rows.ts'
import { useView } from '../../state/view/navigation.ts'
import { TableBar } from './bar/TableBar.tsx'
import { useTableCursor } from './cursor/use-table-cursor.ts'
import { EmptyTable } from './empty/EmptyTable.tsx'
import { FlowGrid } from './FlowGrid.tsx'
import { ROW_HEIGHT, TWO_LINE_HEIGHT } from './layout/row-geometry.ts'
import { useColumnLayout } from './layout/use-column-layout.ts'
import { useRequestedRows } from './layout/use-requested-rows.ts'
import { useVirtualScroll } from './layout/use-virtual-scroll.ts'
import { GridBody } from './rows/GridBody.tsx'
import { useBaseline } from '../../state/client/use-baseline.ts'
import { useFlowRows } from './rows/use-flow-rows.ts'
import { useRowHighlights } from './rows/use-row-highlights.ts'

const NO_ROWS: readonly Row[] = []
/** Pixels. The heading over rows of one line is as high as a row; over rows of two lines it takes no space. */
const ONE_LINE = { row: ROW_HEIGHT, heading: ROW_HEIGHT }
const TWO_LINES = { row: TWO_LINE_HEIGHT, heading: 0 }
/** The element id that the tabs of the bar control. */
const PANEL_ID = 'flow-rows'

const CellMenu = lazy(lazyChunk(async () => ({ default: (await import('./cursor/CellMenu.tsx')).CellMenu })))

/**
 * The flows that match: the bar, the grid, and the reason where there are none. The worker filters, sorts and counts;
 * this draws the window of rows that it answered with. All state that bar, grid and body share is held here.
 */
export function FlowTable() {
  const [view] = useView()
  const window = useSnapshot((snapshot) => snapshot.answer)?.window
  const { offset, total } = window ?? { offset: 0, total: 0 }
  const grid = useRef<HTMLDivElement>(null)
  const layout = useColumnLayout(grid, view)
  const scroll = useVirtualScroll(grid, total, layout.twoLines ? TWO_LINES : ONE_LINE)
  const { visible, scrollTo } = scroll
  const highlights = useRowHighlights(window?.rows ?? NO_ROWS)
  useRequestedRows(visible)
  const cursor = useTableCursor({ window, grid, columns: layout.columns, visible, scrollTo })
  const { headers, rows } = useFlowRows(window, layout, view.sort)
  const { client } = useFlowtrace()
  const baseline = useBaseline()
  const newSince = baseline.known ? baseline.since : null
  useEffect(() => client.setNewSince(newSince), [client, newSince])
  const empty = window !== undefined && total === 0
  return (
    <section
      aria-label="Flows"
      className="grid min-h-0 min-w-0 grid-cols-[minmax(0,1fr)] grid-rows-[auto_1fr] bg-surface"
    >
      <TableBar
        panelId={PANEL_ID}
        layout={layout}
        highlights={
          highlights?.slice(Math.max(0, visible.first - offset), Math.max(0, visible.last + 1 - offset)) ??
          null
        }
        onTop={() => grid.current?.scrollTo({ top: 0 })}
      />
      <div
        id={PANEL_ID}
        role="tabpanel"
        aria-label="Rows"
        className={`grid min-h-0 min-w-0 ${empty ? 'grid-rows-[auto_1fr] overflow-y-auto' : ''}`}
      >
        <FlowGrid grid={grid} total={total} headers={headers} layout={layout} cursor={cursor}>
          <GridBody
            rows={rows}
            offset={offset}
            columnCount={headers.length}
            layout={layout}
            scroll={scroll}
            highlights={highlights}
            cursor={cursor}
            openId={view.open}
          />
        </FlowGrid>
        {/* Beside the grid, because an element of role grid may hold nothing but rows. */}
        {empty ? <EmptyTable window={window} /> : null}
      </div>
      {cursor.menu === null ? null : (
        <Suspense fallback={null}>
          <CellMenu {...cursor.menu} onClose={cursor.closeMenu} returnTo={grid} />
        </Suspense>
      )}
    </section>
  )
}
