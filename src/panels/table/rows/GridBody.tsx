import type { TableWindow } from '../../../state/client/rows.ts'
import type { TimeRange } from '../../../state/client/time-range.ts'
import type { TableCursor } from '../cursor/use-table-cursor.ts'
import type { TableLayout } from '../layout/table-layout.ts'
import type { VirtualScroll } from '../layout/use-virtual-scroll.ts'
import { BodyRow, RowPlaceholder } from './BodyRow.tsx'
import type { RowHighlight } from './row-highlight.ts'

/**
 * The value of the highest bar of all sparklines: the least power of ten that no row of the window exceeds, so that it
 * seldom changes while counts grow or the reader scrolls.
 */
function ceilingOf(rows: TableWindow['rows']): number {
  const highest = rows.reduce((max, { trend }) => trend.reduce((a, b) => Math.max(a, b), max), 1)
  return 10 ** Math.ceil(Math.log10(highest + 1))
}

/** The rows on the screen and a few beyond it, each at its place; a placeholder where the window has no row yet. */
export function GridBody({
  window,
  layout,
  span,
  scroll,
  highlights,
  cursor,
  openIndex,
}: {
  window: TableWindow | undefined
  layout: TableLayout
  /** The span of time in view; null where nothing has a time. */
  span: TimeRange | null
  scroll: Pick<VirtualScroll, 'height' | 'visible' | 'topOf'>
  /** Of each row of the window; null while no query highlights rows. */
  highlights: readonly RowHighlight[] | null
  cursor: Pick<TableCursor, 'index' | 'column' | 'onPick'>
  /** The place of the row that is open; −1 for none. */
  openIndex: number
}) {
  const rows = window?.rows ?? []
  const offset = window?.offset ?? 0
  const ceiling = ceilingOf(rows)
  const { from, to } = scroll.visible
  return (
    <div role="rowgroup" className="relative" style={{ height: scroll.height, minWidth: layout.minWidth }}>
      {Array.from({ length: to - from + 1 }, (_, i) => {
        const index = from + i
        const row = rows[index - offset]
        const top = scroll.topOf(index)
        if (row === undefined)
          return <RowPlaceholder key={index} index={index} top={top} columns={layout.columns.length} />
        return (
          <BodyRow
            key={index}
            row={row}
            index={index}
            top={top}
            layout={layout}
            span={span}
            ceiling={ceiling}
            current={index === cursor.index}
            cursorColumn={cursor.column}
            selected={index === openIndex}
            highlight={highlights?.[index - offset] ?? 'none'}
            onPick={cursor.onPick}
          />
        )
      })}
    </div>
  )
}
