import { Suspense, useState } from 'react'

import { formatClocks, formatDays, formatMinutes } from '../../lib/format.ts'
import { useReadHistory } from '../../state/client/read-history.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import { navigate, useViewPart } from '../../state/view/navigation.ts'
import type { RequestedRange, TimeRange } from '../../state/client/time-range.ts'
import { useShownRange } from '../../state/view/shown-range.ts'
import { isOfHistory, isSliding, lengthInWords } from '../../state/view/time-choice.ts'
import { wholeSteps } from '../../state/view/history-range.ts'
import { useNow } from '../../state/use-now.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { AbsoluteTime } from './AbsoluteTime.tsx'
import { Choice } from './Choice.tsx'
import { LastMinutes, OtherLength } from './LastMinutes.tsx'

const HistoryRanges = lazyPart(async () => (await import('./HistoryRanges.tsx')).HistoryRanges)

/** The panel that selects a range: everything held, the last minutes, or two times. */
export function TimePanel() {
  const time = useViewPart((view) => view.time)
  const past = useReadHistory()
  const resolved = useShownRange()
  // The last hours of a history are known before their records are here.
  const shown = past !== null && isSliding(time) ? past.range : resolved
  const [open, setOpen] = useState(false)
  const oldest = useSnapshot(({ status }) => status.holdings.oldest)
  const newest = useSnapshot(({ answer }) => answer?.newest ?? null)
  const { source } = useFlowtrace()
  const isPast = past !== null
  const now = useNow(false)
  // The last minutes are those of the live source, whatever is shown now.
  const end = isPast ? now : newest
  const shownOr = shown ?? (oldest === null || newest === null ? null : { from: oldest, to: newest })
  const clocks = shownOr === null ? null : formatMinutes(shownOr.from, shownOr.to)
  const select = (next: RequestedRange | null) => {
    navigate({ time: next })
    setOpen(false)
  }
  return (
    <PopoverPanel
      title="Time range"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button className="font-medium phone:size-9 phone:px-0">
          <Icon name="clock" className="size-4 sm:hidden" />
          <span className="phone:sr-only">{nameOf(time)}</span>
          {clocks === null ? null : <span className="font-normal text-muted max-xl:hidden">{clocks}</span>}
          <Icon name="down" className="size-3 phone:hidden" />
        </Button>
      }
    >
      <div className="w-84 max-w-full text-xs">
        {end === null || shownOr === null ? (
          <p className="p-3 text-muted">Nothing with a time is held yet.</p>
        ) : (
          <LiveRanges
            held={{ from: oldest ?? end, to: end }}
            shown={shownOr}
            isPast={isPast}
            hasHistory={source.history !== undefined}
            onSelect={select}
            onKeep={() => setOpen(false)}
          />
        )}
        {source.history === undefined ? null : (
          <Suspense fallback={null}>
            <HistoryRanges chosen={time} onSelect={select} />
          </Suspense>
        )}
        {shownOr === null ? null : (
          // The key resets the fields to the range that is shown when the panel opens.
          <AbsoluteTime
            key={String(open)}
            initial={shownOr}
            onSelect={(range) => select(source.history === undefined ? range : wholeSteps(range))}
          />
        )}
      </div>
    </PopoverPanel>
  )
}

/** What the live source holds, or the last minutes of it, and the range that was chosen. */
function LiveRanges({
  held,
  shown,
  isPast,
  hasHistory,
  onSelect,
  onKeep,
}: {
  held: TimeRange
  shown: TimeRange
  /** Whether a range of the history is shown, so that these lead back to the live source. */
  isPast: boolean
  /** Whether longer ranges stand among those of the history. */
  hasHistory: boolean
  onSelect: (range: RequestedRange | null) => void
  onKeep: () => void
}) {
  const time = useViewPart((view) => view.time)
  return (
    <>
      <p className="px-3 pt-2 text-right text-2xs text-muted">
        {isPast
          ? `History of ${formatDays(shown.from, shown.to)}`
          : `Times on ${formatDays(held.from, held.to)}`}
      </p>
      <ul className="px-1.5 pb-1.5">
        <Choice
          title={isPast ? 'Live, everything held' : 'Everything held'}
          detail={isPast ? 'back from the history' : formatClocks(held.from, held.to)}
          on={time === null}
          onClick={() => onSelect(null)}
        />
        <LastMinutes
          newest={held.to}
          last={isSliding(time) && !(hasHistory && isOfHistory(time)) ? time.last : null}
          onSelect={(last) => onSelect({ last })}
        />
        {time === null || isSliding(time) ? null : (
          <Choice title="Chosen range" detail={formatClocks(time.from, time.to)} on onClick={onKeep} />
        )}
      </ul>
      <OtherLength onSelect={(last) => onSelect({ last })} />
    </>
  )
}

function nameOf(time: RequestedRange | null): string {
  if (time === null) return 'everything held'
  return isSliding(time) ? `last ${lengthInWords(time.last)}` : 'chosen range'
}
