import { formatClock, formatMinute } from '../../lib/format.ts'
import { type TimeAxis, ticksOf, xOf, zoneOffset } from './time-axis.ts'

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** Half the width of a time: one nearer to an edge would be cut. */
const HALF_LABEL_PX = 18

/** Round times below the bars, in the reader's zone. */
export function TimeTicks({ axis, width }: { axis: TimeAxis; width: number }) {
  return (
    <div
      aria-hidden="true"
      className="absolute inset-x-0 bottom-0 h-[18px] text-2xs leading-[18px] text-muted"
    >
      {ticksOf(axis, zoneOffset(axis.from)).map((tick) => {
        const x = Math.round(xOf(axis, tick))
        const shift = x < HALF_LABEL_PX ? '0px' : x > width - HALF_LABEL_PX ? '-100%' : '-50%'
        return (
          <span
            key={tick}
            className="absolute left-0 whitespace-nowrap tabular-nums"
            style={{ transform: `translateX(calc(${x}px + ${shift}))` }}
          >
            {labelOf(tick)}
          </span>
        )
      })}
    </div>
  )
}

/** "22:15", with seconds where they are not 0; the date at midnight. */
function labelOf(time: number): string {
  if (time % 60 !== 0) return formatClock(time)
  const text = formatMinute(time)
  return text === '00:00' ? day.format(time * 1000) : text
}
