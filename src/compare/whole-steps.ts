/** Windows of records that are sums: a sum is in a window as a whole, or not at all. */
import type { Span } from './active-slots.ts'

/**
 * The window with its ends moved to the nearest multiples of the step, so that windows that touched still do, and no sum is
 * in both. One step at least.
 */
export function nearestSteps({ from, to }: Span, step: number): Span {
  const nearest = (time: number): number => Math.round(time / step) * step
  return { from: nearest(from), to: Math.max(nearest(to), nearest(from) + step) }
}
