import { formatDays } from '../../lib/format.ts'
import { isSameRange, type RequestedRange, type TimeRange } from '../../state/client/time-range.ts'
import { wholeSteps } from '../../state/view/history-range.ts'
import { isSliding } from '../../state/view/time-choice.ts'

/** Two weeks; what is older has the two times below. */
const MAX_DAYS = 14

const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })

/** The newest days of the history, each a range from midnight to midnight in the zone of the browser. */
export function HistoryDays({
  held,
  chosen,
  onSelect,
}: {
  held: TimeRange
  chosen: RequestedRange | null
  onSelect: (day: TimeRange) => void
}) {
  return (
    <section aria-label="Days" className="border-t border-line px-3.5 py-2">
      <h3 className="font-semibold">A day</h3>
      <ul className="mt-1.5 flex flex-wrap gap-1">
        {daysOf(held).map((day) => (
          <li key={day.from}>
            <button
              type="button"
              aria-pressed={chosen !== null && !isSliding(chosen) && isSameRange(chosen, wholeSteps(day))}
              title={formatDays(day.from, day.to - 1)}
              onClick={() => onSelect(day)}
              className="h-7 rounded-[7px] border border-line px-2 whitespace-nowrap hover:bg-sunken aria-pressed:border-accent aria-pressed:font-medium phone:h-11"
            >
              {weekday.format(day.from * 1000)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The newest first, each as far as it is held; at most {@link MAX_DAYS}. */
export function daysOf({ from, to }: TimeRange): readonly TimeRange[] {
  const days: TimeRange[] = []
  const midnight = new Date((to - 1) * 1000)
  midnight.setHours(0, 0, 0, 0)
  let end = to
  while (end > from && days.length < MAX_DAYS) {
    const start = midnight.getTime() / 1000
    days.push({ from: Math.max(from, start), to: end })
    end = start
    // Not a day of 24 hours: that of a change of the clocks has 23 or 25.
    midnight.setDate(midnight.getDate() - 1)
  }
  return days
}
