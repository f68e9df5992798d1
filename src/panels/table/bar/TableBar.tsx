import { lazy, type ReactNode, Suspense } from 'react'

import type { ColumnId } from '../../../flows/column.ts'
import { later } from '../../../lib/preload.ts'
import { formatCount, formatPlural } from '../../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../../state/client/flowtrace.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { Shape, TableWindow } from '../../../state/client/rows.ts'
import { Button } from '../../../ui/Button.tsx'
import { Icon } from '../../../ui/Icon.tsx'
import { ShapeTabs } from './ShapeTabs.tsx'
import { nounOf } from './shapes.ts'

const NewDenials = lazy(later(async () => ({ default: (await import('./NewDenials.tsx')).NewDenials })))

const ColumnsPanel = lazy(
  later(async () => ({ default: (await import('../layout/ColumnsPanel.tsx')).ColumnsPanel })),
)

/** Above the table: what a row is, how many match, what waits while the view stands still, and the columns. */
export function TableBar({
  panel,
  gaveWay,
  sorting,
  highlight,
  onTop,
}: {
  panel: string
  /** The columns that are not shown for lack of room. */
  gaveWay: readonly ColumnId[]
  /** The order of the rows, where no headings set it. */
  sorting: ReactNode
  /** What marks rows, while anything does. */
  highlight: ReactNode
  onTop: () => void
}) {
  const { client } = useFlowtrace()
  const [{ shape }] = useView()
  const answer = useSnapshot((snapshot) => snapshot.answer)
  const holds = useSnapshot((snapshot) => snapshot.holds)
  const paused = holds.has('pause')
  const waiting = answer?.window.waiting ?? 0
  const twoLines = sorting !== null
  const tools = (
    <div className="ml-auto flex items-center gap-2">
      {holds.has('scroll') && !paused && waiting > 0 ? (
        <button
          type="button"
          className="inline-flex h-7 items-center gap-1 rounded-full bg-accent-soft px-3 text-xs font-medium whitespace-nowrap text-accent"
          onClick={onTop}
        >
          <Icon name="up" className="size-3" /> {formatCount(waiting)} new
        </button>
      ) : null}
      {paused ? (
        <span className="text-xs text-staged" role="status">
          Paused · {formatPlural(waiting, 'record')} waiting
        </span>
      ) : null}
      <Button onClick={() => client.hold('pause', !paused)} aria-pressed={paused}>
        <Icon name={paused ? 'play' : 'pause'} className="size-3.5" />
        <span className={twoLines ? 'sr-only' : ''}>{paused ? 'Resume' : 'Pause'}</span>
      </Button>
      <Suspense fallback={null}>
        <ColumnsPanel gaveWay={gaveWay} />
      </Suspense>
    </div>
  )
  return (
    <div className="@container border-b border-line">
      <div className="flex h-10 items-center gap-3 overflow-x-auto overflow-y-hidden px-2">
        <ShapeTabs panel={panel} />
        {/* For who listens: on the screen the tab in front has the same number, and one beside the query is enough. */}
        <p className="sr-only" role="status">
          {answer === null ? 'Reading flows…' : countOf(answer.window, shape)}
        </p>
        {shape === 'signatures' ? (
          <Suspense fallback={null}>
            <NewDenials />
          </Suspense>
        ) : null}
        {twoLines ? null : tools}
      </div>
      {twoLines ? (
        <div className="flex min-h-9 flex-wrap items-center gap-x-1 px-2 pb-1">
          {sorting}
          {tools}
        </div>
      ) : null}
      {highlight}
    </div>
  )
}

function countOf({ total, held }: Pick<TableWindow, 'total' | 'held'>, shape: Shape): string {
  const noun = nounOf(shape)
  return total === held ? formatPlural(total, noun) : `${formatCount(total)} of ${formatPlural(held, noun)}`
}
