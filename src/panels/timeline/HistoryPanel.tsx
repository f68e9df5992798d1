import { Suspense } from 'react'

import { unreachable } from '../../lib/assert.ts'
import { formatAge, formatClock } from '../../lib/format.ts'
import { useFlowtrace } from '../../state/client/flowtrace.ts'
import type { RequestedRange, TimeRange } from '../../state/client/time-range.ts'
import { type HistoryStatus, useHistoryStatus } from '../../state/goldmane/use-history-status.ts'
import { wholeSteps } from '../../state/view/history-range.ts'
import { navigate, useViewPart } from '../../state/view/navigation.ts'
import { isSliding } from '../../state/view/time-choice.ts'
import { Button } from '../../ui/Button.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { PanelHead } from '../../ui/PanelHead.tsx'
import { AbsoluteTime } from './AbsoluteTime.tsx'
import { HistoryDays } from './HistoryDays.tsx'
import { keptRange } from '../../state/goldmane/kept-range.ts'

const HistoryRanges = lazyPart(async () => (await import('./HistoryRanges.tsx')).HistoryRanges)

/** What the gateway keeps of the source, ranges and days of it to choose, and the way back to the live records. */
export function HistoryPanel({ onClose }: { onClose: () => void }) {
  const { source } = useFlowtrace()
  const { history } = useHistoryStatus()
  const time = useViewPart((view) => view.time)
  const held = history === undefined ? null : keptRange(history)
  const isPast = source.open.kind === 'history'
  const select = (next: RequestedRange | null) => {
    navigate({ screen: 'flows', time: next })
    onClose()
  }
  const selectWhole = (range: TimeRange) => select(wholeSteps(range))
  return (
    <section aria-label="History of the source" className="flex min-h-0 flex-1 flex-col">
      <PanelHead title="History" onClose={onClose}>
        {source.name}
      </PanelHead>
      <div className="min-h-0 flex-1 overflow-y-auto text-xs">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2">
          <p className="min-w-0 flex-1 [overflow-wrap:anywhere] text-muted">
            {history === undefined ? 'Asking the server what is kept…' : writingWords(history)}
          </p>
          {isPast ? (
            <Button look="primary" onClick={() => select(null)}>
              Back to live
            </Button>
          ) : null}
        </div>
        <Suspense fallback={null}>
          <HistoryRanges chosen={time} onSelect={select} />
        </Suspense>
        {held === null ? null : (
          <>
            <HistoryDays held={held} chosen={time} onSelect={selectWhole} />
            <AbsoluteTime initial={time === null || isSliding(time) ? held : time} onSelect={selectWhole} />
          </>
        )}
      </div>
    </section>
  )
}

/** How the writing fares: what is read up to now lacks what is not stored yet. */
function writingWords({ state, cause, behind, retryAt }: HistoryStatus): string {
  const why = cause === null ? '' : `: ${cause}`
  switch (state) {
    case 'starting':
      return 'It is being opened.'
    case 'writing':
      return `Records are stored as they come, ${formatAge(behind)} behind.`
    case 'behind':
      return `Storing does not keep up: it is ${formatAge(behind)} behind. ${WAITING_WORDS}`
    case 'failing':
      return `Nothing is stored now, ${formatAge(behind)} behind${why}. ${retryWords(retryAt)}${WAITING_WORDS}`
    case 'waiting':
      return `Nothing comes in${why}.`
    default:
      return unreachable(state, 'state of the history')
  }
}

/** Until the memory ends, of which the gap tells then. */
const WAITING_WORDS = 'What comes waits in the gateway’s memory of the last hour, and is stored from there.'

function retryWords(at: number | null): string {
  return at === null ? '' : `The next attempt is at ${formatClock(at)}. `
}
