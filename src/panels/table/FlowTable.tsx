import { Suspense, useCallback, useEffect, useMemo, useRef } from 'react'

import { asksForDenials } from '../../filter/tree/asks-for.ts'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import type { Row } from '../../state/client/rows.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import { useView } from '../../state/view/navigation.ts'
import { TableBar } from './bar/TableBar.tsx'
import { openIndexOf } from './cursor/open-index.ts'
import { useTableCursor } from './cursor/use-table-cursor.ts'
import { EmptyTable } from './empty/EmptyTable.tsx'
import { FlowGrid } from './FlowGrid.tsx'
import { useRequestedRows } from './layout/use-requested-rows.ts'
import { useTableLayout } from './layout/use-table-layout.ts'
import { useVirtualScroll } from './layout/use-virtual-scroll.ts'
import { GridBody } from './rows/GridBody.tsx'
import { useBaseline } from '../../state/client/use-baseline.ts'
import { useFlowTable } from './rows/use-flow-table.ts'
import { useRowHighlights } from './rows/use-row-highlights.ts'

const NO_ROWS: readonly Row[] = []
/** The element id that the tabs of the bar control. */
const PANEL_ID = 'flow-rows'

const CellMenu = lazyPart(async () => (await import('./cursor/CellMenu.tsx')).CellMenu)

/** The span of time in view: the range that was asked for, otherwise everything held. Null where nothing has a time. */
function useSpan(): TimeRange | null {
  const time = useSnapshot(({ answer }) => answer?.time ?? null)
  const oldest = useSnapshot(({ status }) => status.holdings.oldest)
  const newest = useSnapshot(({ answer }) => answer?.newest ?? null)
  return useMemo(
    () => time ?? (oldest === null || newest === null ? null : { from: oldest, to: newest }),
    [time, oldest, newest],
  )
}

/** Tells the worker which sum the rows show over time, and since when a group is new. */
function useRowFacts(): void {
  const { client } = useFlowtrace()
  const [{ show }] = useView()
  const baseline = useBaseline()
  const newSince = baseline.known ? baseline.since : null
  useEffect(() => client.setNewSince(newSince), [client, newSince])
  useEffect(() => client.setTrendMeasure(show), [client, show])
}

/**
 * The flows that match: the bar, the grid, and the reason where there are none. The worker filters, sorts and counts;
 * this draws the window of rows that it answered with. All state that bar, grid and body share is held here.
 */
export function FlowTable() {
  const [view, navigate] = useView()
  const window = useSnapshot((snapshot) => snapshot.answer)?.window
  const { offset, total } = window ?? { offset: 0, total: 0 }
  const grid = useRef<HTMLDivElement>(null)
  const layout = useTableLayout(grid)
  const scroll = useVirtualScroll(grid, total, { row: layout.rowHeight, heading: layout.headingHeight })
  const { visible, scrollTo } = scroll
  const highlights = useRowHighlights(window?.rows ?? NO_ROWS)
  const areDenialsAsked = useMemo(() => asksForDenials(view.filter), [view.filter])
  useRequestedRows(visible)
  useRowFacts()
  const span = useSpan()
  const { headers, columns, rows } = useFlowTable({
    rows: window?.rows ?? NO_ROWS,
    layout,
    shape: view.shape,
    sort: view.sort,
    onSort: (sort) => navigate({ sort }, 'replace'),
  })
  const cursor = useTableCursor({ window, grid, columns: layout.columns, visible, scrollTo })
  const onTop = useCallback(() => grid.current?.scrollTo({ top: 0 }), [])
  const empty = window !== undefined && total === 0
  return (
    <section
      aria-label="Flows"
      className="grid min-h-0 min-w-0 grid-cols-[minmax(0,1fr)] grid-rows-[auto_1fr] bg-surface"
    >
      {/* For those who go from heading to heading. */}
      <h2 className="sr-only">Flows</h2>
      <TableBar
        panelId={PANEL_ID}
        layout={layout}
        highlights={
          highlights?.slice(Math.max(0, visible.first - offset), Math.max(0, visible.last + 1 - offset)) ??
          null
        }
        onTop={onTop}
      />
      <div
        id={PANEL_ID}
        role="tabpanel"
        aria-label="Rows"
        className={`grid min-h-0 min-w-0 ${empty ? 'grid-rows-[auto_1fr] overflow-y-auto' : ''}`}
      >
        <FlowGrid grid={grid} total={total} layout={layout} headers={headers} cursor={cursor}>
          <GridBody
            window={window}
            rows={rows}
            columns={columns}
            layout={layout}
            span={span}
            scroll={scroll}
            highlights={highlights}
            areDenialsAsked={areDenialsAsked}
            cursor={cursor}
            openIndex={openIndexOf(window, view.open)}
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
