import { memo, useId } from 'react'

import type { Histogram } from '../../state/client/histogram.ts'
import { gapsOf } from './gaps.ts'
import { type TimeAxis, xOf } from './time-axis.ts'

/**
 * The bars: denied on top of allowed, in whole pixels, and hatching where nothing was received, to tell a gap from a time
 * without traffic. `max` is the value of the full height.
 */
export const TimelineBars = memo(function TimelineBars({
  histogram,
  axis,
  max,
  height,
  head,
}: {
  histogram: Histogram
  axis: TimeAxis
  max: number
  height: number
  /** The play head, after which bars are pale; null without one. */
  head: number | null
}) {
  const hatch = useId()
  const { allowed, denied, other } = barPaths(histogram, axis, max, height)
  return (
    <svg
      aria-hidden="true"
      width={axis.slots * axis.cell}
      height={height}
      shapeRendering="crispEdges"
      className="absolute inset-x-0 top-0 overflow-hidden"
    >
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x2="0" y2="6" strokeWidth="1.5" className="stroke-edge" />
        </pattern>
      </defs>
      {gapsOf(histogram).map((gap) => (
        <rect
          key={gap.from}
          data-gap=""
          x={xOf(axis, gap.from)}
          width={xOf(axis, gap.to) - xOf(axis, gap.from)}
          height={height}
          fill={`url(#${hatch})`}
          opacity="0.5"
        />
      ))}
      <path data-bars="allowed" d={allowed} className="fill-bar" />
      <path data-bars="other" d={other} className="fill-edge" />
      <path data-bars="denied" d={denied} className="fill-deny" />
      {head === null ? null : (
        <rect
          data-later=""
          x={Math.max(0, xOf(axis, head))}
          width="100%"
          height={height}
          className="fill-surface opacity-65"
        />
      )}
    </svg>
  )
})

interface BarPaths {
  readonly allowed: string
  readonly denied: string
  readonly other: string
}

/** One path for each verdict, with a rectangle a bar. A gap of a pixel between bars, unless they are as narrow as that. */
function barPaths(histogram: Histogram, axis: TimeAxis, max: number, height: number): BarPaths {
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
