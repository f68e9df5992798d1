import { type MouseEvent, useLayoutEffect, useMemo, useRef } from 'react'

import { useRecordSeconds } from '../../../state/client/record-seconds.ts'
import type { Row, TableWindow } from '../../../state/client/rows.ts'
import { useClusterNow, useHasAges } from '../../../state/client/source-status.ts'
import { usePlayHead } from '../../../state/view/play-head.ts'
import type { TimeRange } from '../../../state/client/time-range.ts'
import type { TableCursor } from '../cursor/use-table-cursor.ts'
import type { TableLayout } from '../layout/table-layout.ts'
import type { VirtualScroll } from '../layout/use-virtual-scroll.ts'
import type { RowHighlight } from './row-highlight.ts'
import type { TableLook } from './row-cell.ts'
import { RowPool } from './row-pool.ts'
import type { FlowColumn, FlowRow } from './table-features.ts'

/**
 * The value of the highest bar of all sparklines: the least of 1, 3, 10, 30 … that no row of the whole list exceeds. It is
 * the same wherever the reader scrolls, and seldom changes while counts grow in place.
 */
function ceilingOf(window: TableWindow | undefined): number {
  const greatest = Math.max(1, window?.greatestSum ?? 0)
  const decade = 10 ** Math.floor(Math.log10(greatest))
  return greatest <= decade ? decade : (greatest <= 3 * decade ? 3 : 10) * decade
}

/** The place among the matching rows of the row that an event was in; −1 for none. */
function indexOfEvent({ target }: MouseEvent): number {
  const row = target instanceof Element ? target.closest('[role=row]') : null
  // aria-rowindex counts from 1, and the headings are row 1.
  return row === null ? -1 : Number(row.getAttribute('aria-rowindex')) - 2
}

/**
 * The rows on the screen and a few beyond it, each at its place; a placeholder where the window has no row yet. React
 * draws the element around them, and a {@link RowPool} the rows.
 */
export function GridBody({
  window,
  rows,
  columns,
  layout,
  span,
  scroll: { height, visible, topOf },
  highlights,
  areDenialsAsked,
  cursor,
  openIndex,
}: {
  window: TableWindow | undefined
  /** Those of the window. */
  rows: readonly FlowRow[]
  /** Those that are shown. */
  columns: readonly FlowColumn[]
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
  const body = useRef<HTMLDivElement>(null)
  const pool = useRef<RowPool | null>(null)
  const offset = window?.offset ?? 0
  const ceiling = ceilingOf(window)
  const head = usePlayHead()
  const hasAges = useHasAges()
  const isAged = hasAges || head !== null
  const clock = useClusterNow(hasAges)
  const now = head ?? clock
  const look = useLook({ layout, span, ceiling, areDenialsAsked, isAged })
  // Before the paint, and after each rendering: the pool knows what has changed.
  useLayoutEffect(() => {
    if (body.current === null) return
    pool.current ??= new RowPool(body.current)
    pool.current.draw({
      columns,
      look,
      ...visible,
      now,
      placeOf: (index) => ({
        index,
        top: topOf(index),
        cursor: index === cursor.index ? { column: cursor.column } : null,
      }),
      shownAt: (index) => {
        const row = rows[index - offset]?.original
        const highlight = highlights?.[index - offset] ?? 'none'
        return row === undefined ? null : { row, look, selected: index === openIndex, highlight }
      },
    })
  })
  const click = useRowClick(rows, offset, cursor.onPick)
  return (
    // The grid has the focus and handles the key presses for all rows.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={body}
      role="rowgroup"
      className="relative"
      style={{ height, minWidth: layout.minWidth }}
      {...click}
    />
  )
}

/**
 * Picks the row that was pressed: between the press and the click another one may come into its place, as while flows are
 * read. A click without a press, as of a screen reader, picks the row that is there.
 */
function useRowClick(rows: readonly FlowRow[], offset: number, onPick: TableCursor['onPick']) {
  const pressed = useRef<{ readonly index: number; readonly row: Row | undefined } | null>(null)
  const rowUnder = (event: MouseEvent) => {
    const index = indexOfEvent(event)
    return { index, row: rows[index - offset]?.original }
  }
  return {
    onMouseDown: (event: MouseEvent) => {
      pressed.current = rowUnder(event)
    },
    onClick: (event: MouseEvent) => {
      const shown = rowUnder(event)
      const isPressed = event.detail > 0 && pressed.current?.index === shown.index
      const row = (isPressed ? pressed.current?.row : undefined) ?? shown.row
      if (row !== undefined) onPick(shown.index, row)
    },
  }
}

/** What all rows share, memoised. */
function useLook(shared: Omit<TableLook, 'recordSeconds'>): TableLook {
  const { layout, span, ceiling, areDenialsAsked, isAged } = shared
  const recordSeconds = useRecordSeconds()
  return useMemo(
    () => ({ layout, span, recordSeconds, ceiling, areDenialsAsked, isAged }),
    [layout, span, recordSeconds, ceiling, areDenialsAsked, isAged],
  )
}
