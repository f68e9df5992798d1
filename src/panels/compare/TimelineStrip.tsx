import { type PointerEvent, useState } from 'react'

import { tickLabels } from '../../flows/time-axis.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { formatMinute } from '../../lib/format.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import {
  type CompareChoice,
  type SideName,
  windowsOf,
  withWindow,
} from '../../state/compare/compare-choice.ts'
import type { CountedBars } from '../../state/goldmane/use-history-bars.ts'
import { HATCHED } from '../../ui/hatched.ts'
import { PartMissing } from '../../ui/PartMissing.tsx'
import { TickLabels } from '../../ui/TickLabels.tsx'
import { pixelOf, type StripScale, stripPaths, timeAt } from './strip-bars.ts'
import type { Strip } from './timeline-strips.ts'
import { gripName, gripsOf } from './window-grips.ts'
import { type GripEvents, WindowGrip } from './WindowGrip.tsx'

export const BARS_PX = 52
export const TICKS_PX = 18
/** A pointer that moved less has clicked. */
const MIN_DRAG_PX = 4

interface StripProps extends GripEvents {
  readonly strip: Strip
  readonly width: number
  readonly bars: CountedBars | null
  /** The sum of a bar of full height. */
  readonly highest: number
  /** Times of which nothing is recorded. */
  readonly gaps: readonly TimeRange[]
  readonly choice: CompareChoice
  /** The window that a drag on the strip sets. */
  readonly nextSide: SideName
  readonly onSide: (side: SideName) => void
  /** Its days, where there are two strips. */
  readonly title: string | null
}

/** Records over a time with the windows in it. A drag beside the grips sets a window, a click the moment. */
export function TimelineStrip(props: StripProps) {
  const { strip, width, bars, highest, gaps, choice, nextSide, title } = props
  const scale: StripScale = { from: strip.from, to: strip.to, width }
  const windows = windowsOf(choice)
  const handlers = useNewWindow(props, scale)
  if (windows === null) return null
  const paths = bars === null ? null : stripPaths(scale, bars.histogram, highest, BARS_PX)
  const perSecond = width / (scale.to - scale.from)
  const axis = { from: scale.from, step: 1, slots: scale.to - scale.from, cell: perSecond }
  return (
    <div
      title={`Drag to set ${nextSide.toUpperCase()}${choice.kind === 'around' ? ', click to set the moment' : ''}`}
      className="relative flex-none cursor-crosshair touch-pan-y overflow-hidden select-none"
      style={{ width, height: BARS_PX + TICKS_PX }}
      {...handlers}
    >
      {strip.sides.map((side) => (
        <Window
          key={side}
          side={side}
          range={windows[side]}
          scale={scale}
          hasTag={choice.kind === 'around'}
        />
      ))}
      {paths === null ? null : (
        <svg
          aria-hidden="true"
          width={width}
          height={BARS_PX}
          shapeRendering="crispEdges"
          className="pointer-events-none absolute inset-x-0 top-0"
        >
          <path d={paths.allowed} className="fill-bar" />
          <path d={paths.other} className="fill-edge" />
          <path d={paths.denied} className="fill-deny" />
        </svg>
      )}
      <Gaps gaps={gaps} scale={scale} />
      {title === null ? null : (
        <span className="pointer-events-none absolute top-0 left-0 text-2xs text-muted">{title}</span>
      )}
      <PartMissing why={bars?.incomplete ?? null} />
      {choice.kind === 'around' ? <Moment moment={choice.moment} scale={scale} /> : null}
      {strip.sides.flatMap((side) =>
        gripsOf(choice, side).map((grip) => (
          <WindowGrip
            key={gripName(grip)}
            {...{ grip, choice, scale }}
            height={BARS_PX}
            limits={props.limits}
            isDraft={props.isDraft}
            onDraft={props.onDraft}
            onChoose={props.onChoose}
            onMoved={props.onMoved}
          />
        )),
      )}
      <TickLabels labels={tickLabels(axis, width)} className="pt-0.5" />
    </div>
  )
}

function xOf(event: PointerEvent<HTMLElement>): number {
  return event.clientX - event.currentTarget.getBoundingClientRect().left
}

/** The handlers of a drag that sets a window, and of a click that sets the moment. */
function useNewWindow({ choice, nextSide, onSide, strip, onDraft, onChoose }: StripProps, scale: StripScale) {
  const [startX, setStartX] = useState<number | null>(null)
  const [isDrag, setIsDrag] = useState(false)
  const timeOf = (x: number): number => Math.min(scale.to, Math.max(scale.from, timeAt(scale, x)))
  const end = () => {
    setStartX(null)
    setIsDrag(false)
  }
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      setStartX(xOf(event))
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (startX === null) return
      const x = xOf(event)
      if (!isDrag && Math.abs(x - startX) < MIN_DRAG_PX) return
      setIsDrag(true)
      const [from, to] = [timeOf(Math.min(x, startX)), timeOf(Math.max(x, startX))]
      const start = Math.floor(from / BUCKET_SECONDS) * BUCKET_SECONDS
      const stop = Math.max(start + BUCKET_SECONDS, Math.ceil(to / BUCKET_SECONDS) * BUCKET_SECONDS)
      onDraft(withWindow(choice, nextSide, { from: start, to: stop }))
    },
    onPointerUp: () => {
      if (startX === null) return
      end()
      if (isDrag) {
        onChoose(choice)
        if (strip.sides.length > 1) onSide(nextSide === 'a' ? 'b' : 'a')
      } else if (choice.kind === 'around') {
        const moment = Math.round(timeOf(startX) / BUCKET_SECONDS) * BUCKET_SECONDS
        onChoose({ ...choice, moment })
      }
    },
    onPointerCancel: () => {
      end()
      onDraft(null)
    },
  }
}

const WINDOWS = {
  a: 'bg-faint/12 border-faint text-ink',
  b: 'bg-accent/12 border-accent text-accent',
} as const

/** The ground of a window. Its letter is the grip that moves it, where it has one. */
function Window({
  side,
  range,
  scale,
  hasTag,
}: {
  side: SideName
  range: TimeRange
  scale: StripScale
  hasTag: boolean
}) {
  const x = pixelOf(scale, range.from)
  return (
    <div
      aria-hidden="true"
      data-window={side}
      className={`absolute top-0 overflow-hidden border-x px-1.5 text-2xs font-semibold forced-colors:border-2 ${WINDOWS[side]}`}
      style={{ left: x, width: Math.max(2, pixelOf(scale, range.to) - x), height: BARS_PX }}
    >
      {hasTag ? <span className="rounded-[3px] bg-surface/85 px-1">{side.toUpperCase()}</span> : null}
    </div>
  )
}

function Gaps({ gaps, scale }: { gaps: readonly TimeRange[]; scale: StripScale }) {
  return gaps
    .filter(({ from, to }) => to > scale.from && from < scale.to)
    .map(({ from, to }) => {
      const left = Math.max(0, pixelOf(scale, from))
      const right = Math.min(scale.width, pixelOf(scale, to))
      return (
        <span
          key={`${from} ${to}`}
          aria-hidden="true"
          data-gap=""
          className="pointer-events-none absolute top-0"
          style={{ ...HATCHED, left, width: Math.max(2, right - left), height: BARS_PX }}
        />
      )
    })
}

function Moment({ moment, scale }: { moment: number; scale: StripScale }) {
  const x = pixelOf(scale, moment)
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute top-0 border-l border-dashed border-ink text-2xs"
      style={{ left: x, height: BARS_PX }}
    >
      <span className={`absolute top-0 px-1 font-medium ${x > 60 ? 'right-0' : 'left-0'}`}>
        {formatMinute(moment)}
      </span>
    </div>
  )
}
