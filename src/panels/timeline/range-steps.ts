/** The time window under the keys. */
import type { TimeRange } from '../../state/client/rows.ts'

/** What the chart covers: `length` steps of `step` seconds from `from` on (Unix seconds). */
export interface StepAxis {
  readonly from: number
  readonly step: number
  readonly allowed: { readonly length: number }
}

/** Steps of a window that a key makes where there was none. */
const NEW_RANGE_STEPS = 8

/** A range on whole steps, at least one step long, inside what is covered. */
export function snapToSteps(range: TimeRange, { from, step, allowed }: StepAxis): TimeRange {
  const index = (time: number) => Math.round((time - from) / step)
  const first = Math.min(Math.max(0, index(range.from)), Math.max(0, allowed.length - 1))
  const last = Math.min(Math.max(first + 1, index(range.to)), Math.max(1, allowed.length))
  return { from: from + first * step, to: from + last * step }
}

/** The window after a key; null is everything held, undefined that the key does nothing here. */
export function rangeAfterKey(
  time: TimeRange | null,
  key: string,
  shift: boolean,
  covered: StepAxis,
): TimeRange | null | undefined {
  const { step } = covered
  const end = covered.from + covered.allowed.length * step
  if (key === 'Escape') return time === null ? undefined : null
  if (!['ArrowLeft', 'ArrowRight', '+', '-', 'Home', 'End'].includes(key)) return undefined
  if (time === null) return snapToSteps({ from: end - NEW_RANGE_STEPS * step, to: end }, covered)
  const width = time.to - time.from
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      const by = key === 'ArrowLeft' ? -step : step
      if (shift)
        return snapToSteps({ from: time.from, to: Math.max(time.from + step, time.to + by) }, covered)
      const from = Math.min(Math.max(covered.from, time.from + by), end - width)
      return snapToSteps({ from, to: from + width }, covered)
    }
    case '+':
      return snapToSteps({ from: time.from - step, to: time.to + step }, covered)
    case '-':
      return width <= 2 * step ? time : snapToSteps({ from: time.from + step, to: time.to - step }, covered)
    case 'Home':
      return snapToSteps({ from: covered.from, to: covered.from + width }, covered)
    default:
      return snapToSteps({ from: end - width, to: end }, covered)
  }
}
