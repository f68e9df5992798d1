import { Suspense, useState } from 'react'

import { formatClocks, formatDays, formatMinutes } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import { navigate, useViewPart } from '../../state/view/navigation.ts'
import type { RequestedRange, TimeRange } from '../../state/client/time-range.ts'
import { useShownRange } from '../../state/view/shown-range.ts'
import { isSliding, lengthInWords } from '../../state/view/time-choice.ts'
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

const DAY = 24 * 3600

/** The panel that selects a range: everything held, the last minutes, or two times. */
export function TimePanel() {
  const time = useViewPart((view) => view.time)
  const shown = useShownRange()
  const [open, setOpen] = useState(false)
  const oldest = useSnapshot(({ status }) => status.holdings.oldest)
  const newest = useSnapshot(({ answer }) => answer?.newest ?? null)
  const { source } = useFlowtrace()
  const isPast = source.open.kind === 'history'
  const now = useNow(false)
  // The last minutes are those of the live source, whatever is shown now.
  const end = isPast ? now : newest
  const shownOr = shown ?? (oldest === null || newest === null ? null : { from: oldest, to: newest })
  const clocks = oldest === null || newest === null ? null : minutesOf(shown ?? { from: oldest, to: newest })
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
          <>
            <p className="px-3 pt-2 text-right text-2xs text-muted">
              {isPast
                ? `History of ${formatDays(shownOr.from, shownOr.to)}`
                : `Times on ${formatDays(oldest ?? end, end)}`}
            </p>
            <ul className="px-1.5 pb-1.5">
              <Choice
                title={isPast ? 'Live, everything held' : 'Everything held'}
                detail={isPast ? 'back from the history' : formatClocks(oldest ?? end, end)}
                on={time === null}
                onClick={() => select(null)}
              />
              <LastMinutes
                newest={end}
                last={isSliding(time) ? time.last : null}
                onSelect={(last) => select({ last })}
              />
              {time === null || isSliding(time) ? null : (
                <Choice
                  title="Chosen range"
                  detail={
                    time.to - time.from > DAY
                      ? formatDays(time.from, time.to)
                      : formatClocks(time.from, time.to)
                  }
                  on
                  onClick={() => setOpen(false)}
                />
              )}
            </ul>
            <OtherLength onSelect={(last) => select({ last })} />
            {/* The key resets the fields to the range that is shown when the panel opens. */}
            <AbsoluteTime
              key={String(open)}
              initial={shownOr}
              onSelect={(range) => select(source.history === undefined ? range : wholeSteps(range))}
            />
          </>
        )}
        {source.history === undefined ? null : (
          <Suspense fallback={null}>
            <HistoryRanges chosen={time === null || isSliding(time) ? null : time} onSelect={select} />
          </Suspense>
        )}
      </div>
    </PopoverPanel>
  )
}

function nameOf(time: RequestedRange | null): string {
  if (time === null) return 'everything held'
  return isSliding(time) ? `last ${lengthInWords(time.last)}` : 'chosen range'
}

/** "21:45 – 22:45": the seconds are beside the timeline, and here within one minute. */
function minutesOf({ from, to }: TimeRange): string {
  if (to - from > DAY) return formatDays(from, to).replace(/,.*$/, '')
  return formatMinutes(from, to)
}
