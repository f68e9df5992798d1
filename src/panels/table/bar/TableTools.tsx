import { memo, Suspense } from 'react'

import { rowsInWords } from '../../../flows/row-shape.ts'
import { formatCount, formatPlural } from '../../../lib/format.ts'
import { laterPart } from '../../../ui/lazy-part.tsx'
import { useFlowtrace, useSnapshot } from '../../../state/client/flowtrace.ts'
import { commands } from '../../../state/commands/commands.ts'
import { useViewPart } from '../../../state/view/navigation.ts'
import { usePlayHead } from '../../../state/view/play-head.ts'
import { Button } from '../../../ui/Button.tsx'
import { Icon } from '../../../ui/Icon.tsx'
import type { TableLayout } from '../layout/table-layout.ts'
import { MeasureChoice } from './MeasureChoice.tsx'
import { OrderChoice } from './OrderChoice.tsx'

const ColumnsPanel = laterPart(async () => (await import('../layout/ColumnsPanel.tsx')).ColumnsPanel)

/** The order, what rows count, pause, how many rows wait, and the choice of columns. Memoised: it is beside rows that change. */
export const TableTools = memo(function TableTools({
  kind,
  onTop,
}: {
  kind: TableLayout['kind']
  /** Scrolls to the first row. */ onTop: () => void
}) {
  const { client } = useFlowtrace()
  const paused = useSnapshot((snapshot) => snapshot.paused)
  const isPhone = kind === 'phone'
  const isReplaying = usePlayHead() !== null
  return (
    <div className="flex min-w-0 flex-1 items-center justify-end gap-1">
      <WaitingRows isShort={kind !== 'wide'} onTop={onTop} />
      <OrderChoice />
      {isPhone ? null : <MeasureChoice />}
      {/* A replay has a pause of its own. */}
      {isReplaying ? null : (
        <Button
          look="quiet"
          // On a phone the colour stands for the words, for which there is no room.
          className={`px-2 ${paused && isPhone ? 'bg-staged-soft text-staged' : 'text-ink'}`}
          onClick={() => client.pause(!paused)}
          aria-pressed={paused}
          aria-label={paused ? 'Resume' : 'Pause'}
        >
          <Icon name={paused ? 'play' : 'pause'} className="size-3.5" />
          {/* As wide in both states. */}
          <span className="min-w-[4em] text-left @max-2xl:hidden">{paused ? 'Resume' : 'Pause'}</span>
        </Button>
      )}
      {/* A phone has it in the menu of the source. */}
      {isPhone ? null : (
        <Button
          look="quiet"
          className="px-2 text-ink"
          aria-label="Export"
          title="Export what the filter shows"
          onClick={() => commands.request('export.open')}
        >
          <Icon name="download" className="size-3.5" />
          {kind === 'wide' ? 'Export' : null}
        </Button>
      )}
      {kind === 'wide' ? (
        <Suspense fallback={<div className="w-20" />}>
          <ColumnsPanel />
        </Suspense>
      ) : null}
    </div>
  )
})

/**
 * How many rows came since the order was set: a click sets it anew. They stand in room that is free, and move nothing.
 * While the view is paused, the records are counted instead, because they change the rows that are there as well.
 */
function WaitingRows({
  isShort,
  onTop,
}: {
  /** Whether the chip has the number alone, and where even that has no room, its arrow. */
  isShort: boolean
  onTop: () => void
}) {
  const { client } = useFlowtrace()
  const shape = useViewPart((view) => view.shape)
  const waiting = useSnapshot(({ answer }) => answer?.window.waiting ?? 0)
  const arrived = useSnapshot(({ answer }) => answer?.window.arrived ?? 0)
  const paused = useSnapshot((snapshot) => snapshot.paused)
  const words = rowsInWords(waiting, shape, 'new')
  if (paused)
    return (
      <span className="truncate text-xs text-staged @max-md:sr-only" role="status">
        Paused · {formatPlural(arrived, 'record')} waiting
      </span>
    )
  if (waiting === 0) return null
  return (
    <button
      type="button"
      aria-label={words}
      title={`${words}: set the order anew, with them`}
      className={`inline-flex h-6 min-w-6 items-center gap-1 overflow-hidden rounded-full bg-accent-soft px-2 text-xs font-medium whitespace-nowrap text-accent`}
      onClick={() => {
        client.arrange()
        onTop()
      }}
    >
      <Icon name="up" className="size-3 flex-none" />
      <span className="truncate">{isShort ? formatCount(waiting) : words}</span>
    </button>
  )
}
