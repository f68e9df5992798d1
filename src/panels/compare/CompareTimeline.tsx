import { useRef } from 'react'

import { formatClocks, formatMinute } from '../../lib/format.ts'
import { axisOf, maxStepsOf, roundUp, tickLabels, type TimeAxis, xOf } from '../../flows/time-axis.ts'
import { barPaths, highestBar } from '../../flows/time-bars.ts'
import { type Histogram, useHistogram } from '../../state/client/histogram.ts'
import { useIsStreaming } from '../../state/client/source-status.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import {
  type CompareChoice,
  type SideName,
  windowsOf,
  withWindow,
} from '../../state/compare/compare-choice.ts'
import { TickLabels } from '../../ui/TickLabels.tsx'
import { useBoxSize } from '../../ui/use-box-size.ts'
import { useWindowDrag } from './use-window-drag.ts'

const BARS_PX = 52
const TICKS_PX = 18

interface TimelineProps {
  readonly choice: CompareChoice
  readonly choose: (choice: CompareChoice) => void
}

/** Records over time with both windows, which a drag sets: first A, then B. */
export function CompareTimeline({ choice, choose }: TimelineProps) {
  const box = useRef<HTMLDivElement>(null)
  const { width } = useBoxSize(box)
  const histogram = useHistogram(width === 0 ? 0 : maxStepsOf(width), 'records')
  return (
    <div className="px-4 pb-1">
      <div ref={box} className="relative" style={{ height: BARS_PX + TICKS_PX }}>
        {histogram === null || width === 0 ? null : (
          <Plot histogram={histogram} width={width} choice={choice} choose={choose} />
        )}
      </div>
    </div>
  )
}

function Plot({ histogram, width, choice, choose }: TimelineProps & { histogram: Histogram; width: number }) {
  const isGrowing = useIsStreaming()
  const { from, step, allowed } = histogram
  const axis = axisOf({ from, to: from + step * allowed.length }, step, width, isGrowing)
  const windows = windowsOf(choice)
  const drag = useWindowDrag({
    axis,
    onWindow: (side, range) => choose(withWindow(choice, side, range)),
    onMoment: (moment) => {
      if (choice.kind === 'around') choose({ ...choice, moment })
    },
  })
  if (windows === null) return null
  const shown = { ...windows, ...(drag.draft === null ? {} : { [drag.side]: drag.draft }) }
  const { a, b } = shown
  const paths = barPaths(histogram, axis, roundUp(highestBar(histogram)), BARS_PX)
  const moment = choice.kind === 'around' && drag.draft === null ? choice.moment : null
  return (
    <div
      // The same is set by the panels of A and B, and by keys.
      role="img"
      aria-label={`Timeline: A is ${formatClocks(a.from, a.to)}, B is ${formatClocks(b.from, b.to)}`}
      title={`Drag to set ${drag.side.toUpperCase()}${choice.kind === 'around' ? ', click to set the moment' : ''}`}
      className="absolute inset-0 cursor-crosshair touch-pan-y overflow-hidden select-none"
      {...drag.handlers}
    >
      <Window side="a" range={a} axis={axis} />
      <Window side="b" range={b} axis={axis} />
      <svg
        aria-hidden="true"
        width={axis.slots * axis.cell}
        height={BARS_PX}
        shapeRendering="crispEdges"
        className="absolute inset-x-0 top-0"
      >
        <path d={paths.allowed} className="fill-bar" />
        <path d={paths.other} className="fill-edge" />
        <path d={paths.denied} className="fill-deny" />
      </svg>
      {moment === null ? null : <Moment x={xOf(axis, moment)} text={formatMinute(moment)} />}
      <TickLabels labels={tickLabels(axis, width)} className="pt-0.5" />
    </div>
  )
}

const WINDOWS = {
  a: 'bg-faint/12 border-faint text-ink',
  b: 'bg-accent/12 border-accent text-accent',
} as const

function Window({ side, range, axis }: { side: SideName; range: TimeRange; axis: TimeAxis }) {
  const x = xOf(axis, range.from)
  return (
    <div
      aria-hidden="true"
      data-window={side}
      className={`absolute top-0 left-0 overflow-hidden border-x px-1.5 text-2xs font-semibold forced-colors:border-2 ${WINDOWS[side]}`}
      style={{
        width: Math.max(2, xOf(axis, range.to) - x),
        height: BARS_PX,
        transform: `translateX(${x}px)`,
      }}
    >
      {side.toUpperCase()}
    </div>
  )
}

function Moment({ x, text }: { x: number; text: string }) {
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute top-0 left-0 border-l border-dashed border-ink text-2xs"
      style={{ height: BARS_PX, transform: `translateX(${x}px)` }}
    >
      <span className={`absolute top-0 px-1 font-medium ${x > 60 ? 'right-0' : 'left-0'}`}>{text}</span>
    </div>
  )
}
