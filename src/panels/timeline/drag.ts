/** What a drag on the timeline does, by where it begins. */
import type { TimeRange } from '../../state/client/time-range.ts'
import { snapRange, type TimeAxis, xOf } from '../../flows/time-axis.ts'
import { panned } from './zoom.ts'

/** A drag of fewer pixels than this is a click. */
export const MIN_DRAG_PX = 3
/** So many pixels on either side of an end of the range are its handle: 24 in all. */
const HANDLE_PX = 12

export type DragKind = 'new' | 'from' | 'to' | 'move' | 'pan'

export interface Drag {
  readonly kind: DragKind
  /** The pixel where it began. */
  readonly x: number
  /** The range, and the part of the axis that is drawn, when it began. */
  readonly range: TimeRange | null
  readonly part: TimeRange | null
}

/** What a drag does that begins at a pixel; `below` is whether that is below the bars, where the times stand. */
export function dragKindAt(
  x: number,
  below: boolean,
  axis: TimeAxis,
  range: TimeRange | null,
  isZoomed: boolean,
): DragKind {
  if (below) return isZoomed ? 'pan' : 'new'
  if (range === null) return 'new'
  const from = xOf(axis, range.from)
  const to = xOf(axis, range.to)
  // Of a short range the inner half of a handle is no more than a third of it, so that it can still be moved.
  const inner = Math.min(HANDLE_PX, (to - from) / 3)
  if (x >= from - HANDLE_PX && x < from + inner) return 'from'
  if (x > to - inner && x <= to + HANDLE_PX) return 'to'
  return x > from && x < to ? 'move' : 'new'
}

/** What is selected and what is drawn once the pointer is at a pixel; whole steps within the records held. */
export function afterDrag(
  drag: Drag,
  x: number,
  axis: TimeAxis,
  whole: TimeRange,
): { readonly range: TimeRange | null; readonly part: TimeRange | null } {
  const { range, part, kind } = drag
  const timeAt = (pixel: number) => axis.from + (pixel / axis.cell) * axis.step
  const by = timeAt(x) - timeAt(drag.x)
  const { step } = axis
  if (kind === 'pan') return { range, part: part === null ? null : panned(part, -by, whole) }
  if (kind === 'new' || range === null)
    return { range: snapRange(timeAt(drag.x), timeAt(x), step, whole), part }
  if (kind === 'from')
    return { range: snapRange(Math.min(range.from + by, range.to - step), range.to, step, whole), part }
  if (kind === 'to')
    return { range: snapRange(range.from, Math.max(range.to + by, range.from + step), step, whole), part }
  const length = range.to - range.from
  const from = Math.max(whole.from, Math.min(Math.round((range.from + by) / step) * step, whole.to - length))
  return { range: { from, to: from + length }, part }
}
