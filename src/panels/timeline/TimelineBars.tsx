import { memo, useId } from 'react'

import type { Histogram } from '../../state/client/histogram.ts'
import { type TimeAxis, xOf } from '../../flows/time-axis.ts'
import { barPaths, gapsOf } from '../../flows/time-bars.ts'

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
