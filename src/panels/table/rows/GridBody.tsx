import type { TableCursor } from '../cursor/use-table-cursor.ts'
import type { ColumnLayout } from '../layout/column-layout.ts'
import { TableLayoutContext } from '../layout/table-layout-context.ts'
import type { VirtualScroll } from '../layout/use-virtual-scroll.ts'
import { BodyRow, RowPlaceholder } from './BodyRow.tsx'
import type { RowHighlight } from './row-highlight.ts'
import type { FlowRow } from './table-columns.tsx'

/** The rows on the screen and a few beyond it, each at its place; a placeholder where the window has no row yet. */
export function GridBody({
  rows,
  offset,
  columnCount,
  layout,
  scroll,
  highlights,
  cursor,
  openId,
}: {
  /** The rows of the window. */
  rows: readonly FlowRow[]
  /** The place of the window's first row among all that match. */
  offset: number
  columnCount: number
  layout: ColumnLayout
  scroll: Pick<VirtualScroll, 'height' | 'visible' | 'topOf'>
  /** Of each row of the window; null while no query highlights rows. */
  highlights: readonly RowHighlight[] | null
  cursor: Pick<TableCursor, 'index' | 'column' | 'onPick'>
  openId: string | null
}) {
  const { twoLines, columns, template, minWidth } = layout
  const { from, to } = scroll.visible
  return (
    <div role="rowgroup" className="relative" style={{ height: scroll.height, minWidth }}>
      <TableLayoutContext value={layout}>
        {Array.from({ length: to - from + 1 }, (_, i) => {
          const index = from + i
          const row = rows[index - offset]
          const top = scroll.topOf(index)
          if (row === undefined)
            return (
              <RowPlaceholder key={index} index={index} top={top} columns={columnCount} twoLines={twoLines} />
            )
          return (
            <BodyRow
              key={index}
              row={row}
              index={index}
              top={top}
              template={twoLines ? null : template}
              columns={columns}
              current={index === cursor.index}
              cursorColumn={cursor.column}
              selected={row.id === openId}
              highlight={highlights?.[index - offset] ?? 'none'}
              onPick={cursor.onPick}
            />
          )
        })}
      </TableLayoutContext>
    </div>
  )
}
