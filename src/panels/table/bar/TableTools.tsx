import { lazy, Suspense } from 'react'

import type { ColumnId } from '../../../flows/column.ts'
import { formatPlural } from '../../../lib/format.ts'
import { lazyChunk } from '../../../lib/preload.ts'
import { useFlowtrace, useSnapshot } from '../../../state/client/flowtrace.ts'
import { Button } from '../../../ui/Button.tsx'
import { Icon } from '../../../ui/Icon.tsx'
import { useView } from '../../../state/view/navigation.ts'
import { nounOf } from './shapes.ts'

const ColumnsPanel = lazy(
  lazyChunk(async () => ({ default: (await import('../layout/ColumnsPanel.tsx')).ColumnsPanel })),
)

/** Pause and resume, how much arrived since the view was held still, and the choice of columns. */
export function TableTools({
  iconsOnly,
  dropped,
  onTop,
}: {
  /** Words that an icon tells too are only read out. */
  iconsOnly: boolean
  /** The columns that are not shown for lack of room. */
  dropped: readonly ColumnId[]
  /** Scrolls to the first row. */
  onTop: () => void
}) {
  const { client } = useFlowtrace()
  const waiting = useSnapshot(({ answer }) => answer?.window.waiting ?? 0)
  const paused = useSnapshot((snapshot) => snapshot.paused)
  const [{ shape }] = useView()
  return (
    <div className="ml-auto flex items-center gap-2">
      {!paused && waiting > 0 ? (
        <button
          type="button"
          className="inline-flex h-7 items-center gap-1 rounded-full bg-accent-soft px-3 text-xs font-medium whitespace-nowrap text-accent"
          onClick={() => {
            client.arrange()
            onTop()
          }}
        >
          <Icon name="up" className="size-3" /> {formatPlural(waiting, `new ${nounOf(shape)}`)}
        </button>
      ) : null}
      {paused ? (
        <span className="text-xs text-staged" role="status">
          Paused · {formatPlural(waiting, `new ${nounOf(shape)}`)} waiting
        </span>
      ) : null}
      <Button onClick={() => client.pause(!paused)} aria-pressed={paused}>
        <Icon name={paused ? 'play' : 'pause'} className="size-3.5" />
        <span className={iconsOnly ? 'sr-only' : ''}>{paused ? 'Resume' : 'Pause'}</span>
      </Button>
      <Suspense fallback={null}>
        <ColumnsPanel dropped={dropped} />
      </Suspense>
    </div>
  )
}
