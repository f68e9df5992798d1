import { ticksOf, tickText, type TimeAxis, xOf, zoneOffset } from '../../flows/time-axis.ts'

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
            {tickText(tick)}
          </span>
        )
      })}
    </div>
  )
}
