import { lazy, Suspense } from 'react'

import { formatCount, formatPlural } from '../../../lib/format.ts'
import { lazyChunk } from '../../../lib/preload.ts'
import { useSnapshot } from '../../../state/client/flowtrace.ts'
import type { Shape, TableWindow } from '../../../state/client/rows.ts'
import { useIsPartial } from '../../../state/client/source-status.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { ColumnLayout } from '../layout/column-layout.ts'
import type { RowHighlight } from '../rows/row-highlight.ts'
import { ShapeTabs } from './ShapeTabs.tsx'
import { nounOf } from './shapes.ts'
import { SortControl } from './SortControl.tsx'
import { TableTools } from './TableTools.tsx'

const HighlightBar = lazy(
  lazyChunk(async () => ({ default: (await import('./HighlightBar.tsx')).HighlightBar })),
)

/** Above the grid: the tabs with the number of rows, the tools, and what highlights rows. */
export function TableBar({
  panelId,
  layout,
  highlights,
  onTop,
}: {
  /** The element that the tabs control. */
  panelId: string
  layout: ColumnLayout
  /** Of each row on the screen; null while no query highlights rows. */
  highlights: readonly RowHighlight[] | null
  /** Scrolls to the first row. */
  onTop: () => void
}) {
  const [{ shape, sort, highlight }, navigate] = useView()
  const answer = useSnapshot((snapshot) => snapshot.answer)
  const isPartial = useIsPartial()
  const { twoLines, columns, dropped } = layout
  const tools = <TableTools iconsOnly={twoLines} dropped={dropped} onTop={onTop} />
  return (
    <div className="@container border-b border-line">
      <div className="flex h-10 items-center gap-3 overflow-x-auto overflow-y-hidden px-2">
        <ShapeTabs panelId={panelId} />
        {/* Read out only: on the screen the selected tab has the same number. */}
        <p className="sr-only" role="status">
          {answer === null ? 'Reading flows…' : countOf(answer.window, shape)}
          {answer !== null && isPartial ? ' of what was read so far' : ''}
        </p>
        {isPartial ? (
          <span
            aria-hidden="true"
            className="text-xs whitespace-nowrap text-muted"
            title="Flows are still being read: these are the numbers of what was read so far"
          >
            so far
          </span>
        ) : null}
        {twoLines ? null : tools}
      </div>
      {twoLines ? (
        <div className="flex min-h-9 flex-wrap items-center gap-x-1 px-2 pb-1">
          <SortControl
            columns={columns}
            shape={shape}
            sort={sort}
            onSort={(next) => navigate({ sort: next }, 'replace')}
          />
          {tools}
        </div>
      ) : null}
      {highlights === null ? null : (
        <Suspense fallback={<div className="h-[2.375rem]" />}>
          <HighlightBar query={highlight} highlights={highlights} />
        </Suspense>
      )}
    </div>
  )
}

function countOf({ total, held }: Pick<TableWindow, 'total' | 'held'>, shape: Shape): string {
  const noun = nounOf(shape)
  return total === held ? formatPlural(total, noun) : `${formatCount(total)} of ${formatPlural(held, noun)}`
}
