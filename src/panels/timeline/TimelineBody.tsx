import { Suspense, useMemo, useRef, useState } from 'react'

import type { CaptureGap } from '../../capture/format/capture-header.ts'
import { recordedGaps } from '../../capture/format/joined-headers.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import { useHeldSeconds } from '../../state/client/held-seconds.ts'
import { useReadHistory } from '../../state/client/read-history.ts'
import { type Histogram, useHistogram } from '../../state/client/histogram.ts'
import { useIsStreaming } from '../../state/client/source-status.ts'
import { isSameRange, type TimeRange } from '../../state/client/time-range.ts'
import type { CountedBars } from '../../state/goldmane/use-history-bars.ts'
import { navigate, useViewPart } from '../../state/view/navigation.ts'
import { usePlayHead } from '../../state/view/play-head.ts'
import { useShownRange } from '../../state/view/shown-range.ts'
import { isSliding, lengthInWords } from '../../state/view/time-choice.ts'
import { maxStepsOf } from '../../flows/time-axis.ts'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { TimelinePlot } from './TimelinePlot.tsx'
import { TimelineSide } from './TimelineSide.tsx'
import { useBoxSize } from '../../ui/use-box-size.ts'

const HistoryBars = lazyPart(async () => (await import('./HistoryBars.tsx')).HistoryBars)

/** A histogram has at most so many steps, however far the timeline is zoomed in: a day of Goldmane's buckets. */
const MAX_STEPS = 5761

/**
 * The bars, and beside them the range that is shown. The bars are drawn once the width of their box is known. Without a
 * selection all that was read of a history is shown, and not the live records.
 */
export function TimelineBody() {
  const { client } = useFlowtrace()
  const box = useRef<HTMLDivElement>(null)
  const size = useBoxSize(box)
  const time = useViewPart((view) => view.time)
  const bars = useViewPart((view) => view.bars)
  const past = useReadHistory()
  const range = useSelectedRange(past?.range ?? null)
  const head = usePlayHead()
  const [zoom, setZoom] = useState<TimeRange | null>(null)
  const held = useHeldSeconds()
  const gaps = useRecordedGaps()
  const isGrowing = useIsStreaming()
  const isTimeless = useIsTimeless()
  const counted = useHistogram(stepsFor(size.width, zoom, held), bars)
  // Of a history, the bars are of the whole range that was asked for.
  const [overRange, setOverRange] = useState<CountedBars | null>(null)
  const histogram = overRange?.histogram ?? counted
  const whole = histogram === null ? null : rangeOf(histogram)
  // Another source may hold nothing of the part that was zoomed to.
  const part = zoom !== null && whole !== null && zoom.from < whole.to && zoom.to > whole.from ? zoom : null
  return (
    <div className="flex h-full gap-4">
      {past === null || size.width === 0 ? null : (
        <Suspense fallback={null}>
          <HistoryBars
            counted={counted}
            count={maxStepsOf(size.width)}
            maxCount={zoom === null ? maxStepsOf(size.width) : MAX_STEPS}
            onBars={setOverRange}
          />
        </Suspense>
      )}
      <div ref={box} className="relative h-full min-w-0 flex-1">
        {isTimeless ? (
          <p className="flex h-full items-center text-xs text-muted">No record of this capture has a time.</p>
        ) : histogram === null || whole === null || size.width === 0 ? null : (
          <TimelinePlot
            histogram={histogram}
            missing={overRange?.incomplete ?? null}
            size={size}
            whole={whole}
            part={part}
            onPart={setZoom}
            range={range}
            rangeName={isSliding(time) ? `last ${lengthInWords(time.last)}` : null}
            wholeName={past === null ? 'everything held' : 'all that was read'}
            onRange={(next, how) => navigate({ time: next ?? past?.range ?? null }, how)}
            gaps={gaps}
            isGrowing={isGrowing}
            head={head}
            onHead={(at) => {
              navigate({ at }, 'replace')
              client.arrange()
            }}
          />
        )}
      </div>
      {whole === null ? (
        <div className="hidden w-48 flex-none md:block" />
      ) : (
        <TimelineSide
          whole={whole}
          shown={range ?? part ?? past?.range ?? whole}
          isLow={size.height < 40}
          isReplaying={head !== null}
          past={past}
          onWhole={
            part === null && range === null
              ? null
              : () => {
                  setZoom(null)
                  navigate({ time: past?.range ?? null })
                }
          }
        />
      )}
    </div>
  )
}

/**
 * The part of what is held that is selected. Of a range that was read from the history all is none: a drag in it would
 * move the selection, where it is to select a part.
 */
function useSelectedRange(read: TimeRange | null): TimeRange | null {
  const time = useViewPart((view) => view.time)
  const shown = useShownRange()
  if (read === null) return shown
  return isSliding(time) || (shown !== null && isSameRange(shown, read)) ? null : shown
}

/** Whether there are records, and none of them has a time. */
function useIsTimeless(): boolean {
  return useSnapshot(({ status: { holdings } }) => holdings.records > 0 && holdings.newest === null)
}

function rangeOf({ from, step, allowed }: Histogram): TimeRange {
  return { from, to: from + step * allowed.length }
}

/** The gaps that the headers of a capture or a history name. */
function useRecordedGaps(): readonly CaptureGap[] {
  const headers = useSnapshot(({ status }) => status.headers)
  return useMemo(() => recordedGaps(headers), [headers])
}

/** How many steps are asked for: as many as have room, and more where only a part of them is drawn. */
function stepsFor(width: number, zoom: TimeRange | null, held: number): number {
  if (width === 0) return 0
  const room = maxStepsOf(width)
  return zoom === null ? room : Math.min(MAX_STEPS, Math.ceil((room * held) / (zoom.to - zoom.from)))
}
