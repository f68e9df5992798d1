import { Fragment, useLayoutEffect, useMemo, useRef, useState } from 'react'

import { recordedGaps } from '../../capture/format/joined-headers.ts'
import { gapsOf } from '../../flows/time-bars.ts'
import { formatClocks } from '../../lib/format.ts'
import { type Histogram, useHistogram } from '../../state/client/histogram.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import { type CompareChoice, type SideName, windowsOf } from '../../state/compare/compare-choice.ts'
import type { ComparedPast } from '../../state/compare/compared-past.ts'
import { useStripBars } from '../../state/compare/use-strip-bars.ts'
import { useHistoryStatus } from '../../state/goldmane/use-history-status.ts'
import { useBoxSize } from '../../ui/use-box-size.ts'
import { highestShown } from './strip-bars.ts'
import { BARS_PX, TICKS_PX, TimelineStrip } from './TimelineStrip.tsx'
import { dayOf } from './window-length.ts'
import { lacksRoom, showsBoth, type Strip, stripsOf } from './timeline-strips.ts'

/** Between two strips. */
const BREAK_PX = 24
/** A bar takes at least so many pixels. */
const MIN_BAR_PX = 4
/** Of a long capture a strip may be a small part, of which the bars still have to be narrow. */
const MAX_HELD_STEPS = 2000

interface TimelineProps {
  readonly choice: CompareChoice
  readonly choose: (choice: CompareChoice) => void
  readonly held: TimeRange | null
  readonly past: ComparedPast | null
  /** What there is to compare, held or in the history. */
  readonly comparable: TimeRange | null
}

/** Records over time with both windows, wherever they are: in two strips where they are far apart. */
export function CompareTimeline(props: TimelineProps) {
  const box = useRef<HTMLDivElement>(null)
  const { width } = useBoxSize(box)
  return (
    <div className="px-4 pb-1">
      <div ref={box} style={{ height: BARS_PX + TICKS_PX }}>
        {width === 0 ? null : <Strips {...props} width={width} />}
      </div>
    </div>
  )
}

function Strips({ choice, choose, held, past, comparable, width }: TimelineProps & { width: number }) {
  const [draft, setDraft] = useState<CompareChoice | null>(null)
  const [nextSide, setNextSide] = useState<SideName>('a')
  const shown = draft ?? choice
  const { strips, makeRoom } = useStrips({ choice: shown, held, comparable, isDrawn: draft !== null })
  const [first = null, second = null] = strips
  const stripWidth = second === null ? width : Math.floor((width - BREAK_PX) / 2)
  const histogram = useHistogram(heldSteps(held, strips, stripWidth), 'records')
  const count = Math.max(1, Math.floor(stripWidth / MIN_BAR_PX))
  const source = { histogram, held, past }
  const firstBars = useStripBars(first, count, source)
  const secondBars = useStripBars(second, count, source)
  const gaps = useStripGaps(histogram)
  const windows = windowsOf(shown)
  if (windows === null || first === null) return null
  const bars = second === null ? [firstBars] : [firstBars, secondBars]
  // One scale for both, so that their heights can be compared where their bars are equally long.
  const highest = strips.map((strip, i) => {
    const own = bars[i] ?? null
    return own === null ? 1 : Math.max(1, highestShown({ ...strip, width: stripWidth }, own.histogram))
  })
  const { a, b } = windows
  const isSameStep = bars.every((each) => each?.histogram.step === bars[0]?.histogram.step)
  return (
    <div
      role="group"
      aria-label={`Timeline: A is ${formatClocks(a.from, a.to)}, B is ${formatClocks(b.from, b.to)}`}
      className="flex"
    >
      {strips.map((strip, i) => (
        <Fragment key={strip.sides.join()}>
          {i === 0 ? null : <Break />}
          <TimelineStrip
            {...{ strip, gaps }}
            width={stripWidth}
            bars={bars[i] ?? null}
            highest={isSameStep ? Math.max(...highest) : (highest[i] ?? 1)}
            choice={shown}
            nextSide={second === null ? nextSide : (strip.sides[0] ?? 'a')}
            title={second === null ? null : dayOf(strip)}
            onSide={setNextSide}
            limits={comparable ?? strip}
            isDraft={draft !== null}
            onMoved={makeRoom}
            onDraft={setDraft}
            onChoose={(next) => {
              setDraft(null)
              choose(next)
            }}
          />
        </Fragment>
      ))}
    </div>
  )
}

/** Where the axis is broken. */
function Break() {
  return (
    <span
      aria-hidden="true"
      title="The windows are too far apart for one axis"
      className="grid flex-none place-items-center text-edge"
      style={{ width: BREAK_PX, height: BARS_PX }}
    >
      <svg width="14" height="16" fill="none" stroke="currentColor" strokeWidth="1.5">
        <path d="M2 14L6 2M8 14L12 2" />
      </svg>
    </span>
  )
}

/**
 * The strips of the windows. They stay as long as they show both, and while a window is drawn, so that nothing moves.
 * `makeRoom` gives others to windows that have reached an end of them, where there is more to compare beyond it.
 */
function useStrips({
  choice,
  held,
  comparable,
  isDrawn,
}: Pick<TimelineProps, 'choice' | 'held' | 'comparable'> & { isDrawn: boolean }): {
  readonly strips: readonly Strip[]
  readonly makeRoom: (choice: CompareChoice, gripName: string) => void
} {
  const { source } = useFlowtrace()
  const [kept, setKept] = useState<{ readonly strips: readonly Strip[]; readonly of: unknown }>({
    strips: [],
    of: null,
  })
  const moved = useRef<string | null>(null)
  // A grip of a strip that is another one now is another element.
  useLayoutEffect(() => {
    const name = moved.current
    moved.current = null
    if (name === null || document.activeElement !== document.body) return
    document.querySelector<HTMLElement>(`[role=slider][aria-label="${name}"]`)?.focus()
  })
  const makeRoom = (next: CompareChoice, gripName: string): void => {
    const windows = windowsOf(next)
    if (windows === null || comparable === null || !lacksRoom(kept.strips, windows, comparable)) return
    moved.current = gripName
    setKept({ strips: stripsOf(windows, null), of: source })
  }
  const windows = windowsOf(choice)
  if (windows === null) return { strips: kept.strips, makeRoom }
  const stays = kept.of === source && (showsBoth(kept.strips, windows) || isDrawn)
  if (stays && kept.strips.length > 0) return { strips: kept.strips, makeRoom }
  const strips = stripsOf(windows, held)
  setKept({ strips, of: source })
  return { strips, makeRoom }
}

/** How many steps the histogram of what is held needs for a strip, of which it may be a small part. */
function heldSteps(held: TimeRange | null, strips: readonly Strip[], width: number): number {
  if (held === null) return 0
  const shortest = Math.min(...strips.map(({ from, to }) => to - from))
  const steps = ((held.to - held.from) / shortest) * (width / MIN_BAR_PX)
  return Math.max(1, Math.min(MAX_HELD_STEPS, Math.floor(steps)))
}

/** What is known not to be recorded: by the worker of a live source, by the headers of what is open, by the history. */
function useStripGaps(histogram: Histogram | null): readonly TimeRange[] {
  const headers = useSnapshot(({ status }) => status.headers)
  const { history } = useHistoryStatus()
  return useMemo(
    () => [
      ...(histogram === null ? [] : gapsOf(histogram)),
      ...recordedGaps(headers),
      ...(history?.gaps ?? []),
    ],
    [histogram, headers, history],
  )
}
