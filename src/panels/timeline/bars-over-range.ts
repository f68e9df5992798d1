/** Spreads the bars of the records that are held over the whole range that was read, of which they may be a part. */
import { barSeconds } from '../../flows/bucket.ts'
import type { Histogram } from '../../state/client/histogram.ts'
import type { TimeRange } from '../../state/client/time-range.ts'

/**
 * The histogram from the beginning to the end of the range, in at most about `count` bars: those of a step are added up
 * where the range would have more. Without a histogram all bars are empty.
 */
export function barsOverRange(
  histogram: Histogram | null,
  { from, to }: TimeRange,
  count: number,
): Histogram {
  const own = histogram?.step ?? 1
  const step = Math.max(own, barSeconds({ from, to }, count, own))
  const first = Math.floor(from / step) * step
  const slots = Math.max(1, Math.ceil((to - first) / step))
  const empty = () => new Float64Array(slots)
  const spread = { allowed: empty(), denied: empty(), other: empty(), gaps: new Uint8Array(slots) }
  if (histogram === null) return { from: first, step, measure: 'records', ...spread }
  const { allowed, denied, other, gaps } = histogram
  for (const [i, each] of allowed.entries()) {
    const slot = Math.floor((histogram.from + i * own - first) / step)
    if (slot < 0 || slot >= slots) continue
    spread.allowed[slot]! += each
    spread.denied[slot]! += denied[i] ?? 0
    spread.other[slot]! += other[i] ?? 0
    spread.gaps[slot]! |= gaps[i] ?? 0
  }
  return { from: first, step, measure: histogram.measure, ...spread }
}
