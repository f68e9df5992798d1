import { type KeyboardEvent, type PointerEvent, useState } from 'react'

import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { formatTime } from '../../lib/format.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import type { CompareChoice } from '../../state/compare/compare-choice.ts'
import { pixelOf, type StripScale } from './strip-bars.ts'
import { type Grip, gripName, timeOfGrip, withGrip } from './window-grips.ts'

/** An arrow key moves by about so many pixels. */
const KEY_PX = 6
/** Page Up and Page Down go so many times as far. */
const PAGE_STEPS = 10

export interface GripEvents {
  /** While it is moved; null when it goes back. */
  readonly onDraft: (choice: CompareChoice | null) => void
  readonly onChoose: (choice: CompareChoice) => void
  /** Called by each key, and when the pointer is let go: the strip may have ended where there is more to compare. */
  readonly onMoved: (choice: CompareChoice, gripName: string) => void
  /** What there is to compare, also beyond the strip. */
  readonly limits: TimeRange
  /** Whether something is moved that was not chosen yet. */
  readonly isDraft: boolean
}

/** The steps that a key goes; null for one that does not move. */
function stepsOf(key: string): number | null {
  switch (key) {
    case 'ArrowLeft':
      return -1
    case 'ArrowRight':
      return 1
    case 'PageUp':
      return -PAGE_STEPS
    case 'PageDown':
      return PAGE_STEPS
    case 'Home':
      return -Infinity
    case 'End':
      return Infinity
    default:
      return null
  }
}

const LOOKS = {
  from: 'w-3 cursor-ew-resize',
  to: 'w-3 -translate-x-full cursor-ew-resize',
  place: 'ml-3 h-4 cursor-grab leading-none active:cursor-grabbing',
  moment: 'w-4 -translate-x-1/2 cursor-ew-resize',
} as const

interface GripProps extends GripEvents {
  readonly grip: Grip
  readonly choice: CompareChoice
  readonly scale: StripScale
}

/** How far keys move a grip: the pointer stays on the strip, and keys go on to all that can be compared. */
function reachOf({ scale, limits }: Pick<GripProps, 'scale' | 'limits'>): TimeRange {
  return { from: Math.min(scale.from, limits.from), to: Math.max(scale.to, limits.to) }
}

/** The handlers that move a grip by keys. What they moved is chosen when the key is let go. */
function useGripKeys({ grip, choice, scale, limits, isDraft, onDraft, onChoose, onMoved }: GripProps) {
  const time = timeOfGrip(choice, grip)
  const step = Math.max(
    BUCKET_SECONDS,
    Math.round((KEY_PX * (scale.to - scale.from)) / scale.width / BUCKET_SECONDS) * BUCKET_SECONDS,
  )
  const { from, to } = reachOf({ scale, limits })
  const letGo = () => {
    if (isDraft) onChoose(choice)
  }
  return {
    onKeyDown: (event: KeyboardEvent) => {
      const steps = stepsOf(event.key)
      if (steps !== null) {
        event.preventDefault()
        const next = withGrip(choice, grip, Math.min(to, Math.max(from, time + steps * step)), { from, to })
        onDraft(next)
        onMoved(next, gripName(grip))
      } else if (event.key === 'Escape' && isDraft) {
        event.preventDefault()
        onDraft(null)
      }
    },
    onKeyUp: letGo,
    onBlur: letGo,
  }
}

/** The handlers that drag a grip. */
function useGripDrag({ grip, choice, scale, onDraft, onChoose, onMoved }: GripProps) {
  const [start, setStart] = useState<{ readonly x: number; readonly time: number } | null>(null)
  const secondsPerPx = (scale.to - scale.from) / scale.width
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return
      // Not a new window on the strip below.
      event.stopPropagation()
      event.currentTarget.setPointerCapture(event.pointerId)
      setStart({ x: event.clientX, time: timeOfGrip(choice, grip) })
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (start === null) return
      onDraft(withGrip(choice, grip, start.time + (event.clientX - start.x) * secondsPerPx, scale))
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      event.stopPropagation()
      if (start === null) return
      setStart(null)
      onChoose(choice)
      onMoved(choice, gripName(grip))
    },
    onPointerCancel: () => {
      setStart(null)
      onDraft(null)
    },
  }
}

/**
 * An end of a window, a whole window, or the moment, as a slider: it is dragged, or moved by the arrow keys. No comparison is
 * made before it is let go.
 */
export function WindowGrip(props: GripProps & { height: number }) {
  const { grip, choice, scale, height } = props
  const reach = reachOf(props)
  const time = timeOfGrip(choice, grip)
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={gripName(grip)}
      aria-valuemin={reach.from}
      aria-valuemax={reach.to}
      aria-valuenow={time}
      aria-valuetext={formatTime(time)}
      title={`${gripName(grip)}: ${formatTime(time)}. Drag it, or use the arrow keys`}
      {...useGripKeys(props)}
      {...useGripDrag(props)}
      className={`group absolute top-0 z-10 touch-none rounded-[3px] ${LOOKS[grip.part]}`}
      style={{ left: pixelOf(scale, time), ...(grip.part === 'place' ? {} : { height }) }}
    >
      {grip.part === 'place' ? (
        <span
          className={`rounded-[3px] bg-surface/85 px-1 text-2xs font-semibold ${grip.side === 'a' ? 'text-ink' : 'text-accent'}`}
        >
          {grip.side.toUpperCase()} <span aria-hidden="true">⠿</span>
        </span>
      ) : (
        <Handle grip={grip} />
      )}
    </div>
  )
}

/** The pill of an end, or of the moment. */
function Handle({ grip }: { grip: Grip }) {
  const isMoment = grip.part === 'moment'
  const at = grip.part === 'from' ? 'left-0' : grip.part === 'to' ? 'right-0' : 'left-1/2 -translate-x-1/2'
  const colour = isMoment ? 'border-ink' : grip.side === 'a' ? 'border-edge' : 'border-accent'
  return (
    <span
      aria-hidden="true"
      className={`absolute top-1/2 h-5 w-1.5 -translate-y-1/2 rounded-full border-[1.5px] bg-surface group-hover:bg-sunken ${at} ${colour}`}
    />
  )
}
