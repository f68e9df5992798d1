import { type ComponentProps, type KeyboardEvent, Suspense, useRef, useState } from 'react'

import type { CaptureGap } from '../../capture/format/capture-header.ts'
import { dayBefore, formatClocks } from '../../lib/format.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import { highestBar } from '../../flows/time-bars.ts'
import { type BarWords, barWords } from './bar-values.ts'
import { axisOf, roundUp, tickLabels, type TimeAxis, xOf } from '../../flows/time-axis.ts'
import { stateAfterKey } from './timeline-keys.ts'
import { TimelineBars } from './TimelineBars.tsx'
import { TimelineBrush } from './TimelineBrush.tsx'
import { TimelineGaps } from './TimelineGaps.tsx'
import { gapAt, gapWords, RecordedGaps } from './RecordedGaps.tsx'
import { TopValue } from './TopValue.tsx'
import { PartMissing } from '../../ui/PartMissing.tsx'
import { TickLabels } from '../../ui/TickLabels.tsx'
import type { BoxSize } from '../../ui/use-box-size.ts'
import type { Histogram } from '../../state/client/histogram.ts'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { useTimelineDrag } from './use-timeline-drag.ts'
import { useWheelZoom } from './use-wheel-zoom.ts'

const PlayHead = lazyPart(async () => (await import('./PlayHead.tsx')).PlayHead)

/** The rows of pixels above and below the bars. A low box has no top value, a lower one no times either. */
function plotRows(height: number): {
  readonly top: number
  readonly bars: number
  readonly ticks: number
} {
  const top = height < 70 ? 2 : 14
  const ticks = height < 40 ? 2 : 18
  return { top, bars: Math.max(1, height - top - ticks), ticks }
}

export interface PlotProps {
  readonly histogram: Histogram
  /** Why a part of the bars is missing; null where none is known to be. */
  readonly missing: string | null
  readonly size: BoxSize
  /** All that is held, and the part of it that is drawn where that is less. */
  readonly whole: TimeRange
  readonly part: TimeRange | null
  readonly onPart: (part: TimeRange | null) => void
  /** The range that is selected; null for everything held. */
  readonly range: TimeRange | null
  /** What the range is called, before its times: "last 5 min". Null for one of two times. */
  readonly rangeName: string | null
  /** What is shown without a selection. */
  readonly wholeName: string
  readonly onRange: (range: TimeRange | null, how: 'push' | 'replace') => void
  /** Gaps that a header names; a live source finds its own, which the histogram has. */
  readonly gaps: readonly CaptureGap[]
  /** Whether records go on coming. */
  readonly isGrowing: boolean
  /** The play head of a replay, and what moves it; null for everything held. */
  readonly head: number | null
  readonly onHead: (head: number) => void
}

/** The bars with their times, values and selection. A drag or the keys select, zoom and move; see `timeline-keys.ts`. */
export function TimelinePlot(props: PlotProps) {
  const { histogram, size, whole, part, range, isGrowing, head } = props
  const box = useRef<HTMLDivElement>(null)
  const axis = axisOf(part ?? whole, histogram.step, size.width, isGrowing && part === null)
  const rows = plotRows(size.height)
  const max = roundUp(highestBar(histogram))
  const keys = useTimelineKeys(props)
  const { handlers, draft, hovered, cursorStyle } = useTimelineDrag({
    axis,
    whole,
    range,
    part,
    barsEnd: rows.top + rows.bars,
    onPart: props.onPart,
    onRange: (next) => {
      keys.reset()
      props.onRange(next, 'push')
    },
  })
  useWheelZoom(box, axis, whole, part, props.onPart)
  const pointed = hovered ?? keys.cursor
  const words = wordsAt(props, pointed)
  const cursorWords = wordsAt(props, keys.cursor)
  return (
    <>
      <div
        ref={box}
        // No HTML input selects a range with two ends.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="slider"
        aria-label="Time range"
        aria-orientation="horizontal"
        tabIndex={0}
        data-part-focus=""
        aria-valuemin={whole.from}
        aria-valuemax={whole.to}
        aria-valuenow={keys.cursor ?? range?.from ?? whole.from}
        aria-valuetext={
          cursorWords === null || keys.isSelecting
            ? rangeWords(props)
            : `${cursorWords.when} ${cursorWords.what}`
        }
        className="relative h-full touch-pan-y overflow-hidden select-none"
        style={{ cursor: cursorStyle }}
        onKeyDown={keys.onKeyDown}
        onBlur={keys.reset}
        {...handlers}
      >
        <div className="absolute inset-x-0 border-t border-line" style={{ top: rows.top, height: rows.bars }}>
          <TimelineBars histogram={histogram} axis={axis} max={max} height={rows.bars} head={head} />
          <RecordedGaps gaps={props.gaps} axis={axis} height={rows.bars} />
          <TimelineBrush axis={axis} range={draft ?? range} pointed={pointed} height={rows.bars} />
        </div>
        {rows.ticks < 10 ? null : (
          <TickLabels labels={tickLabels(axis, size.width)} className="leading-[18px]" />
        )}
        {words === null || pointed === null ? null : (
          <Tooltip words={words} x={xOf(axis, pointed)} axis={axis} width={size.width} />
        )}
      </div>
      {head === null ? null : (
        <LatePlayHead {...{ axis, whole, head, rows, onHead: props.onHead, width: size.width }} />
      )}
      {rows.top < 10 ? null : (
        <TopValue
          max={max}
          measure={histogram.measure}
          isEmpty={highestBar(histogram) === 0}
          step={histogram.step}
        />
      )}
      <PartMissing why={props.missing} />
      <TimelineGaps histogram={histogram} axis={axis} />
    </>
  )
}

function LatePlayHead(props: ComponentProps<typeof PlayHead>) {
  return (
    <Suspense fallback={null}>
      <PlayHead {...props} />
    </Suspense>
  )
}

/** What is said of the bar at a time: its values, or the gap that it is in. */
function wordsAt({ histogram, gaps, whole }: PlotProps, time: number | null): BarWords | null {
  const bar = time === null ? null : barWords(histogram, time)
  const gap = time === null ? undefined : gapAt(gaps, time)
  return bar === null || gap === undefined ? bar : { ...bar, what: gapWords(gap, whole.to - whole.from) }
}

/** "everything held", "last 5 min, 14:38:45 – 14:43:45"; with the day on an axis of several. */
function rangeWords({ range, rangeName, whole, wholeName }: PlotProps): string {
  if (range === null) return wholeName
  const { from, to } = range
  const day = to - from < 86_400 ? dayBefore(from, whole.to - whole.from) : ''
  return `${rangeName === null ? '' : `${rangeName}, `}${day}${formatClocks(from, to)}`
}

/** The bar that the keys have gone to, and what they select. */
function useTimelineKeys({ histogram, whole, part, onPart, range, onRange }: PlotProps) {
  const [at, setAt] = useState<{ readonly cursor: number | null; readonly anchor: number | null }>({
    cursor: null,
    anchor: null,
  })
  return {
    cursor: at.cursor,
    isSelecting: at.anchor !== null,
    reset: () => setAt({ cursor: null, anchor: null }),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const next = stateAfterKey({ range, part, ...at }, event, whole, histogram.step)
      if (next === undefined) return
      event.preventDefault()
      event.stopPropagation()
      setAt({ cursor: next.cursor, anchor: next.anchor })
      if (next.part !== part) onPart(next.part)
      if (next.range !== range) onRange(next.range, 'replace')
    },
  }
}

/** The values of a bar, beside it. Moved by a transform, which is no shift of the layout. */
function Tooltip({ words, x, axis, width }: { words: BarWords; x: number; axis: TimeAxis; width: number }) {
  const place = x < width / 2 ? `${x + axis.cell + 8}px` : `calc(${x - 8}px - 100%)`
  return (
    <p
      aria-hidden="true"
      className="pointer-events-none absolute top-px left-0 z-10 rounded-md bg-ink px-2 py-0.5 text-2xs whitespace-nowrap text-surface"
      style={{ transform: `translateX(${place})` }}
    >
      <strong className="mr-1.5 font-semibold">{words.when}</strong>
      {words.what}
    </p>
  )
}
