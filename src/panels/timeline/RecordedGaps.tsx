import type { CaptureGap } from '../../capture/format/capture-header.ts'
import { dayBefore, formatClocks } from '../../lib/format.ts'
import { type TimeAxis, xOf } from '../../flows/time-axis.ts'
import { HATCHED } from '../../ui/hatched.ts'

/** Gaps that the header of a history or a capture names, hatched over the bars; the cause is told of the bar that is pointed at. */
export function RecordedGaps({
  gaps,
  axis,
  height,
}: {
  gaps: readonly CaptureGap[]
  axis: TimeAxis
  height: number
}) {
  const end = axis.from + axis.step * axis.slots
  const shown = gaps.filter(({ from, to }) => to > axis.from && from < end)
  return (
    <>
      {shown.map((gap) => {
        const left = Math.max(0, xOf(axis, gap.from))
        return (
          <span
            key={gap.from}
            data-gap=""
            className="pointer-events-none absolute top-0"
            style={{ ...HATCHED, left, height, width: Math.max(2, xOf(axis, Math.min(gap.to, end)) - left) }}
          />
        )
      })}
      <ul className="sr-only">
        {shown.map((gap) => (
          <li key={gap.from}>{gapWords(gap, end - axis.from)}</li>
        ))}
      </ul>
    </>
  )
}

/** "No records 02:10:00 – 14:40:00: The gateway did not run"; with the day on an axis of several, which has `span` seconds. */
export function gapWords({ from, to, reason }: CaptureGap, span: number): string {
  const day = to - from < 86_400 ? dayBefore(from, span) : ''
  return `No records ${day}${formatClocks(from, to)}${reason === null ? '' : `: ${reason}`}`
}

/** The gap in which a bar begins; undefined where there is none. */
export function gapAt(gaps: readonly CaptureGap[], time: number): CaptureGap | undefined {
  return gaps.find(({ from, to }) => time >= from && time < to)
}
