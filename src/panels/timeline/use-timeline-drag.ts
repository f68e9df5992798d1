import { type PointerEvent, useRef, useState } from 'react'

import type { TimeRange } from '../../state/client/time-range.ts'
import { afterDrag, type Drag, type DragKind, dragKindAt, MIN_DRAG_PX } from './drag.ts'
import { slotAt, type TimeAxis } from '../../flows/time-axis.ts'

const CURSORS: Readonly<Record<DragKind, string>> = {
  new: 'crosshair',
  from: 'ew-resize',
  to: 'ew-resize',
  move: 'grab',
  pan: 'grab',
}

/** What a drag changes: the range once the pointer is released, the part of the axis while it moves. */
export interface TimelineChanges {
  readonly onRange: (range: TimeRange | null) => void
  readonly onPart: (part: TimeRange | null) => void
}

interface DragContext extends TimelineChanges {
  readonly axis: TimeAxis
  readonly whole: TimeRange
  readonly range: TimeRange | null
  readonly part: TimeRange | null
  /** The pixel below which the times stand. */
  readonly barsEnd: number
}

/** The pointer on the timeline: the bar that it is over, and the range while it is dragged. A click beside the range clears it. */
export function useTimelineDrag({ axis, whole, range, part, barsEnd, onRange, onPart }: DragContext) {
  const drag = useRef<Drag | null>(null)
  const [draft, setDraft] = useState<TimeRange | null>(null)
  const [hover, setHover] = useState<{ readonly time: number; readonly kind: DragKind } | null>(null)

  const end = (event: PointerEvent<HTMLElement>, isKept: boolean) => {
    const ended = drag.current
    drag.current = null
    setDraft(null)
    if (ended === null || !isKept || ended.kind === 'pan') return
    const { x } = positionOf(event)
    if (Math.abs(x - ended.x) >= MIN_DRAG_PX) onRange(afterDrag(ended, x, axis, whole).range)
    else if (ended.kind === 'new' && range !== null) onRange(null)
  }
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return
      const { x, y } = positionOf(event)
      event.currentTarget.setPointerCapture(event.pointerId)
      drag.current = { kind: dragKindAt(x, y > barsEnd, axis, range, part !== null), x, range, part }
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const { x, y } = positionOf(event)
      const current = drag.current
      const kind = current?.kind ?? dragKindAt(x, y > barsEnd, axis, range, part !== null)
      setHover({ time: slotAt(axis, x), kind })
      if (current === null || Math.abs(x - current.x) < MIN_DRAG_PX) return
      const next = afterDrag(current, x, axis, whole)
      if (current.kind === 'pan') onPart(next.part)
      else setDraft(next.range)
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => end(event, true),
    onPointerCancel: (event: PointerEvent<HTMLElement>) => end(event, false),
    onPointerLeave: () => setHover(null),
  }
  return { handlers, draft, hovered: hover?.time ?? null, cursorStyle: CURSORS[hover?.kind ?? 'new'] }
}

/** Where the pointer is in the element that listens. */
function positionOf(event: PointerEvent<HTMLElement>): { readonly x: number; readonly y: number } {
  const { left, top } = event.currentTarget.getBoundingClientRect()
  return { x: event.clientX - left, y: event.clientY - top }
}
