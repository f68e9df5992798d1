import type { TimeRange } from '../../state/client/time-range.ts'
import { type TimeAxis, xOf } from '../../flows/time-axis.ts'

/** The selected range with a handle at each end, and the bar that is pointed at. In an SVG, in which nothing shifts. */
export function TimelineBrush({
  axis,
  range,
  pointed,
  height,
}: {
  axis: TimeAxis
  range: TimeRange | null
  /** The start of the bar. */
  pointed: number | null
  height: number
}) {
  return (
    <svg aria-hidden="true" width="100%" height={height} className="pointer-events-none absolute inset-0">
      {pointed === null ? null : (
        <rect x={xOf(axis, pointed)} width={axis.cell} height={height} className="fill-ink opacity-15" />
      )}
      {range === null ? null : (
        <g data-brush="">
          <rect
            x={xOf(axis, range.from)}
            width={Math.max(0, xOf(axis, range.to) - xOf(axis, range.from))}
            height={height}
            className="fill-accent opacity-12 forced-colors:opacity-30"
          />
          <Handle x={xOf(axis, range.from)} height={height} />
          <Handle x={xOf(axis, range.to)} height={height} />
        </g>
      )}
    </svg>
  )
}

function Handle({ x, height }: { x: number; height: number }) {
  const grip = Math.min(16, height - 4)
  return (
    <>
      <rect x={x - 0.75} width="1.5" height={height} className="fill-accent" />
      <rect
        x={x - 3}
        y={(height - grip) / 2}
        width="6"
        height={grip}
        rx="3"
        strokeWidth="1.5"
        className="fill-surface stroke-accent"
      />
    </>
  )
}
