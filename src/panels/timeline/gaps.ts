import type { Histogram } from '../../state/client/histogram.ts'
import type { TimeRange } from '../../state/client/time-range.ts'

/** The ranges of consecutive steps in which nothing was received, oldest first. */
export function gapsOf({ from, step, gaps }: Histogram): readonly TimeRange[] {
  const ranges: { from: number; to: number }[] = []
  for (const [i, gap] of gaps.entries()) {
    if (gap === 0) continue
    const start = from + i * step
    const last = ranges.at(-1)
    if (last?.to === start) last.to += step
    else ranges.push({ from: start, to: start + step })
  }
  return ranges
}
