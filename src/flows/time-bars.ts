/** The bars of flows over time: one a step, denied on top of allowed, and the times of which nothing was received. */
import { type TimeAxis } from './time-axis.ts'

/** Sums by verdict, one element a step of `step` seconds from the time `from` on; that of `gaps` is 1 where nothing came. */
export interface TimeBars {
  readonly from: number
  readonly step: number
  readonly allowed: Float64Array
  readonly denied: Float64Array
  readonly other: Float64Array
  readonly gaps: Uint8Array
}

/** The sum of the highest bar. */
export function highestBar({ allowed, denied, other }: TimeBars): number {
  return allowed.reduce((max, count, i) => Math.max(max, count + (denied[i] ?? 0) + (other[i] ?? 0)), 0)
}

/** The ranges of consecutive steps in which nothing was received, oldest first. */
export function gapsOf({
  from,
  step,
  gaps,
}: Pick<TimeBars, 'from' | 'step' | 'gaps'>): readonly { readonly from: number; readonly to: number }[] {
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

interface BarPaths {
  readonly allowed: string
  readonly denied: string
  readonly other: string
}

/** One path for each verdict, with a rectangle a bar. A gap of a pixel between bars, unless they are as narrow as that. */
export function barPaths(histogram: TimeBars, axis: TimeAxis, max: number, height: number): BarPaths {
  const { from, step, cell, slots } = axis
  const width = cell > 2 ? cell - 1 : cell
  const first = Math.round((from - histogram.from) / step)
  const paths = { allowed: '', denied: '', other: '' }
  for (let slot = 0; slot < slots; slot++) {
    let bottom = height
    for (const verdict of ['allowed', 'other', 'denied'] as const) {
      const sum = histogram[verdict][first + slot] ?? 0
      if (sum === 0) continue
      // A single denial among thousands is still to be seen.
      const tall = Math.max(1, Math.round((sum / max) * height))
      const top = Math.max(0, bottom - tall)
      paths[verdict] += `M${slot * cell} ${top}h${width}v${Math.max(1, bottom - top)}h${-width}z`
      bottom = top
    }
  }
  return paths
}
