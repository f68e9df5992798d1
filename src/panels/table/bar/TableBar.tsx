import { Suspense, useRef } from 'react'

import { rowsInWords } from '../../../flows/row-shape.ts'
import { formatCount } from '../../../lib/format.ts'
import { lazyPart } from '../../../ui/lazy-part.tsx'
import { useSnapshot } from '../../../state/client/flowtrace.ts'
import type { Shape, TableWindow } from '../../../state/client/rows.ts'
import { useIsPartial } from '../../../state/client/source-status.ts'
import { useView } from '../../../state/view/navigation.ts'
import { useRovingFocus } from '../../../ui/roving-focus.ts'
import type { TableLayout } from '../layout/table-layout.ts'
import type { RowHighlight } from '../rows/row-highlight.ts'
import { ShapeTabs } from './ShapeTabs.tsx'
import { TableTools } from './TableTools.tsx'

const HighlightBar = lazyPart(async () => (await import('./HighlightBar.tsx')).HighlightBar)

/** Above the grid: the tabs with the number of rows, the tools, and what highlights rows. */
export function TableBar({
  panelId,
  layout,
  highlights,
  onTop,
}: {
  /** The element that the tabs control. */
  panelId: string
  layout: TableLayout
  /** Of each row on the screen; null while no query highlights rows. */
  highlights: readonly RowHighlight[] | null
  /** Scrolls to the first row. */
  onTop: () => void
}) {
  const [{ shape, highlight }] = useView()
  const answer = useSnapshot((snapshot) => snapshot.answer)
  const isPartial = useIsPartial()
  const bar = useRef<HTMLDivElement>(null)
  useRovingFocus(bar)
  return (
    <div ref={bar} data-part="tools" className="@container border-b border-line">
      <div className="flex h-[calc(var(--height-tabs,36px)-1px)] items-center gap-2 overflow-x-auto overflow-y-hidden px-2">
        <ShapeTabs panelId={panelId} isShort={layout.kind === 'phone'} />
        {/* Read out only: on the screen the selected tab has the same number. */}
        <p className="sr-only" role="status">
          {answer === null ? 'Reading flows…' : countOf(answer.window, shape)}
          {answer !== null && isPartial ? ' of what was read so far' : ''}
        </p>
        {isPartial && layout.kind !== 'phone' ? (
          <span
            aria-hidden="true"
            className="text-xs whitespace-nowrap text-muted"
            title="Flows are still being read: these are the numbers of what was read so far"
          >
            so far
          </span>
        ) : null}
        <TableTools kind={layout.kind} onTop={onTop} />
      </div>
      {highlights === null ? null : (
        <Suspense fallback={<div className="h-[2.375rem]" />}>
          <HighlightBar query={highlight} highlights={highlights} />
        </Suspense>
      )}
    </div>
  )
}

/**
 * Rows keep their places when their records leave a sliding range, so that there may be more rows than is held in it: then
 * the number is that of the tab.
 */
function countOf({ total, held }: Pick<TableWindow, 'total' | 'held'>, shape: Shape): string {
  return total >= held ? rowsInWords(held, shape) : `${formatCount(total)} of ${rowsInWords(held, shape)}`
}
