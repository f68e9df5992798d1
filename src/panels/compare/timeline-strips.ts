/**
 * Which times the timeline of Compare shows: one strip with both windows, or a strip around each where they are too far
 * apart to be seen in one.
 */
import type { TimeRange } from '../../state/client/time-range.ts'
import type { SideName } from '../../state/compare/compare-choice.ts'

export interface Strip extends TimeRange {
  /** The windows that it shows. */
  readonly sides: readonly SideName[]
}

type Windows = Readonly<Record<SideName, TimeRange>>

/** A window takes at least this part of a new strip, so that it can be seen and grasped. */
const MIN_PART = 0.05
/** A window that the reader made smaller than this part of its strip gets another one. */
const MIN_KEPT_PART = 0.01
/** The part of the length of what is shown that is added on either side. */
const PADDING = 0.125
const BOTH = ['a', 'b'] as const

const lengthOf = ({ from, to }: TimeRange): number => to - from

function contains(outer: TimeRange, { from, to }: TimeRange): boolean {
  return outer.from <= from && to <= outer.to
}

/** A range with a part of its length on either side, also beyond what is recorded. */
function padded({ from, to }: TimeRange, part: number): TimeRange {
  const by = Math.round((to - from) * part)
  return { from: from - by, to: to + by }
}

/** The strips for two windows. `held` is what the page holds. */
export function stripsOf(windows: Windows, held: TimeRange | null): readonly Strip[] {
  const { a, b } = windows
  if (held !== null && fitsIn(held, windows, BOTH)) return [{ ...held, sides: BOTH }]
  const hull = { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }
  const whole = padded(hull, PADDING)
  if (fitsIn(whole, windows, BOTH)) return [{ ...whole, sides: BOTH }]
  // Of windows that are apart each has its own scale.
  const order: readonly SideName[] = a.from <= b.from ? ['a', 'b'] : ['b', 'a']
  return order.map((side) => ({ ...padded(windows[side], 0.5), sides: [side] }))
}

function fitsIn(range: TimeRange, windows: Windows, sides: readonly SideName[], minPart = MIN_PART): boolean {
  return sides.every(
    (side) => contains(range, windows[side]) && lengthOf(windows[side]) >= lengthOf(range) * minPart,
  )
}

/** Whether a window has reached an end of its strip, and there is more to compare beyond it. */
export function lacksRoom(strips: readonly Strip[], windows: Windows, comparable: TimeRange): boolean {
  return strips.some(({ sides, ...strip }) =>
    sides.some(
      (side) =>
        (windows[side].from <= strip.from && comparable.from < strip.from) ||
        (windows[side].to >= strip.to && comparable.to > strip.to),
    ),
  )
}

/** Whether strips still show both windows: then they stay, so that nothing moves under the pointer. */
export function showsBoth(strips: readonly Strip[], windows: Windows): boolean {
  return strips.length > 0 && strips.every((strip) => fitsIn(strip, windows, strip.sides, MIN_KEPT_PART))
}
