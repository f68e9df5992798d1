/** The time window under the keys. */
import type { TimeRange } from '../../state/client/rows.ts'

/** What the chart covers: `length` steps of `step` seconds from `from` on (Unix seconds). */
export interface Covered {
  readonly from: number
  readonly step: number
  readonly allowed: { readonly length: number }
}

/** Steps of a window that a key makes where there was none. */
const FIRST = 8

/** A range on whole steps, at least one step long, inside what is covered. */
export function snapped(range: TimeRange, { from, step, allowed }: Covered): TimeRange {
  const index = (time: number) => Math.round((time - from) / step)
  const first = Math.min(Math.max(0, index(range.from)), Math.max(0, allowed.length - 1))
  const last = Math.min(Math.max(first + 1, index(range.to)), Math.max(1, allowed.length))
  return { from: from + first * step, to: from + last * step }
}

/** The window after a key; null is everything held, undefined that the key does nothing here. */
export function moved(
  time: TimeRange | null,
  key: string,
  shift: boolean,
  covered: Covered,
): TimeRange | null | undefined {
  const { step } = covered
  const end = covered.from + covered.allowed.length * step
  if (key === 'Escape') return time === null ? undefined : null
  if (!['ArrowLeft', 'ArrowRight', '+', '-', 'Home', 'End'].includes(key)) return undefined
  if (time === null) return snapped({ from: end - FIRST * step, to: end }, covered)
  const width = time.to - time.from
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      const by = key === 'ArrowLeft' ? -step : step
      if (shift) return snapped({ from: time.from, to: Math.max(time.from + step, time.to + by) }, covered)
      const from = Math.min(Math.max(covered.from, time.from + by), end - width)
      return snapped({ from, to: from + width }, covered)
    }
    case '+':
      return snapped({ from: time.from - step, to: time.to + step }, covered)
    case '-':
      return width <= 2 * step ? time : snapped({ from: time.from + step, to: time.to - step }, covered)
    case 'Home':
      return snapped({ from: covered.from, to: covered.from + width }, covered)
    default:
      return snapped({ from: end - width, to: end }, covered)
  }
}
