import { type PointerEvent, useState } from 'react'

import { slotAt, type TimeAxis } from '../../flows/time-axis.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import type { SideName } from '../../state/compare/compare-choice.ts'

/** A pointer that moved less has clicked. */
const MIN_DRAG_PX = 4

interface DragState {
  readonly from: number
  readonly startX: number
  readonly range: TimeRange | null
}

/** Two drags on the timeline set A and then B; a click sets the moment. */
export function useWindowDrag({
  axis,
  onWindow,
  onMoment,
}: {
  axis: TimeAxis
  onWindow: (side: SideName, range: TimeRange) => void
  onMoment: (moment: number) => void
}) {
  const [side, setSide] = useState<SideName>('a')
  const [drag, setDrag] = useState<DragState | null>(null)
  const slotOf = (event: PointerEvent<HTMLElement>): { readonly x: number; readonly slot: number } => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left
    return { x, slot: slotAt(axis, x) }
  }
  return {
    /** The side that the next drag sets. */
    side,
    /** The window that is being dragged. */
    draft: drag?.range ?? null,
    handlers: {
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button !== 0) return
        const { x, slot } = slotOf(event)
        event.currentTarget.setPointerCapture(event.pointerId)
        setDrag({ from: slot, startX: x, range: null })
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (drag === null) return
        const { x, slot } = slotOf(event)
        if (Math.abs(x - drag.startX) < MIN_DRAG_PX && drag.range === null) return
        const range = { from: Math.min(drag.from, slot), to: Math.max(drag.from, slot) + axis.step }
        setDrag({ ...drag, range })
      },
      onPointerUp: () => {
        if (drag === null) return
        setDrag(null)
        if (drag.range === null) return onMoment(drag.from)
        onWindow(side, drag.range)
        setSide(side === 'a' ? 'b' : 'a')
      },
      onPointerCancel: () => setDrag(null),
    },
  }
}
