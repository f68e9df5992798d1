/** Ranges on whole steps of the histogram, and how a key press moves or resizes the selected range. */
import type { TimeRange } from '../../state/client/time-range.ts'

/** The time axis of a histogram: `allowed.length` steps of `step` seconds, the first one at `from` (Unix seconds). */
export interface StepAxis {
  readonly from: number
  readonly step: number
  readonly allowed: { readonly length: number }
}

/** Steps of the range that a key press selects when there was none. */
const NEW_RANGE_STEPS = 8

/** The range rounded to whole steps and clamped to the axis; at least one step long. */
export function snapToSteps(range: TimeRange, { from, step, allowed }: StepAxis): TimeRange {
  const index = (time: number) => Math.round((time - from) / step)
  const first = Math.min(Math.max(0, index(range.from)), Math.max(0, allowed.length - 1))
  const last = Math.min(Math.max(first + 1, index(range.to)), Math.max(1, allowed.length))
  return { from: from + first * step, to: from + last * step }
}

/** The range after a key press: null for everything held, undefined when the key has no effect. `key` is `KeyboardEvent.key`. */
export function rangeAfterKey(
  time: TimeRange | null,
  key: string,
  shift: boolean,
  axis: StepAxis,
): TimeRange | null | undefined {
  const { step } = axis
  const end = axis.from + axis.allowed.length * step
  if (key === 'Escape') return time === null ? undefined : null
  if (!['ArrowLeft', 'ArrowRight', '+', '-', 'Home', 'End'].includes(key)) return undefined
  if (time === null) return snapToSteps({ from: end - NEW_RANGE_STEPS * step, to: end }, axis)
  const width = time.to - time.from
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      const by = key === 'ArrowLeft' ? -step : step
      if (shift) return snapToSteps({ from: time.from, to: Math.max(time.from + step, time.to + by) }, axis)
      const from = Math.min(Math.max(axis.from, time.from + by), end - width)
      return snapToSteps({ from, to: from + width }, axis)
    }
    case '+':
      return snapToSteps({ from: time.from - step, to: time.to + step }, axis)
    case '-':
      return width <= 2 * step ? time : snapToSteps({ from: time.from + step, to: time.to - step }, axis)
    case 'Home':
      return snapToSteps({ from: axis.from, to: axis.from + width }, axis)
    default:
      return snapToSteps({ from: end - width, to: end }, axis)
  }
}
