import type { TableWindow } from '../../../state/client/rows.ts'
import type { TimeRange } from '../../../state/client/time-range.ts'
import type { TableCursor } from '../cursor/use-table-cursor.ts'
import type { TableLayout } from '../layout/table-layout.ts'
import type { VirtualScroll } from '../layout/use-virtual-scroll.ts'
import { BodyRow, RowPlaceholder } from './BodyRow.tsx'
import type { RowHighlight } from './row-highlight.ts'
import type { FlowRow } from './table-features.ts'

/**
 * The value of the highest bar of all sparklines: the least of 1, 3, 10, 30 … that no row of the whole list exceeds. It is
 * the same wherever the reader scrolls, and seldom changes while counts grow in place.
 */
function ceilingOf(window: TableWindow | undefined): number {
  const greatest = Math.max(1, window?.greatestSum ?? 0)
  const decade = 10 ** Math.floor(Math.log10(greatest))
  return greatest <= decade ? decade : (greatest <= 3 * decade ? 3 : 10) * decade
}

/** The rows on the screen and a few beyond it, each at its place; a placeholder where the window has no row yet. */
export function GridBody({
  window,
  rows,
  layout,
  span,
  scroll,
  highlights,
  areDenialsAsked,
  cursor,
  openIndex,
}: {
  window: TableWindow | undefined
  /** Those of the window. */
  rows: readonly FlowRow[]
  layout: TableLayout
  /** The span of time in view; null where nothing has a time. */
  span: TimeRange | null
  scroll: Pick<VirtualScroll, 'height' | 'visible' | 'topOf'>
  /** Of each row of the window; null while no query highlights rows. */
  highlights: readonly RowHighlight[] | null
  /** Whether the filter asks for denials. */
  areDenialsAsked: boolean
  cursor: Pick<TableCursor, 'index' | 'column' | 'onPick'>
  /** The place of the row that is open; −1 for none. */
  openIndex: number
}) {
  const offset = window?.offset ?? 0
  const ceiling = ceilingOf(window)
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
            areDenialsAsked={areDenialsAsked}
            onPick={cursor.onPick}
          />
        )
      })}
    </div>
  )
}
