import { lazy, Suspense } from 'react'

import { later } from '../../lib/later.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/flowtrace.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'

const ColumnsPanel = lazy(later(async () => ({ default: (await import('./ColumnsPanel.tsx')).ColumnsPanel })))

/** Above the table: how many flows match, what waits while the view stands still, and the columns. */
export function TableBar({ onTop }: { onTop: () => void }) {
  const { client } = useFlowtrace()
  const answer = useSnapshot((snapshot) => snapshot.answer)
  const holds = useSnapshot((snapshot) => snapshot.holds)
  const paused = holds.has('pause')
  const waiting = answer?.window.waiting ?? 0
  return (
    <div className="flex h-10 items-center gap-3 border-b border-line px-4">
      <p className="text-muted" role="status">
        {answer === null ? (
          'Reading flows…'
        ) : (
          <>
            <strong className="font-semibold text-ink">{formatCount(answer.window.total)}</strong>{' '}
            {answer.window.total === answer.window.held
              ? answer.window.held === 1
                ? 'flow'
                : 'flows'
              : `of ${formatPlural(answer.window.held, 'flow')}`}
          </>
        )}
      </p>
      <div className="ml-auto flex items-center gap-2">
        {holds.has('scroll') && !paused && waiting > 0 ? (
          <button
            type="button"
            className="inline-flex h-7 items-center gap-1 rounded-full bg-accent-soft px-3 text-xs font-medium text-accent"
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
          {paused ? 'Resume' : 'Pause'}
        </Button>
        <Suspense fallback={null}>
          <ColumnsPanel />
        </Suspense>
      </div>
    </div>
  )
}
