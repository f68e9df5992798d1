/** Lengths and times of windows in words. */
import { formatClocks, formatMinute, formatMinutes } from '../../lib/format.ts'
import type { TimeRange } from '../../state/client/time-range.ts'

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })

/** Whether ranges are not all of one day, so that their times alone do not tell them apart. */
export function spanDays(ranges: readonly TimeRange[]): boolean {
  return (
    new Set(ranges.flatMap(({ from, to }) => [from, to - 1]).map((time) => day.format(time * 1000))).size > 1
  )
}

/** "Fri 22 Nov, 14:02:15 – 14:32:15": from a day on {@link formatClocks} has the dates itself. */
export function datedClocks({ from, to }: TimeRange): string {
  const clocks = formatClocks(from, to)
  return to - from >= 86_400 ? clocks : `${weekday.format(from * 1000)}, ${clocks}`
}

/** "22 Nov, 14:02". */
export function formatDayMinute(time: number): string {
  return `${day.format(time * 1000)}, ${formatMinute(time)}`
}

/** "22 Nov, 14:02 – 14:32", where there is little room. */
export function datedMinutes({ from, to }: TimeRange): string {
  const minutes = formatMinutes(from, to)
  return to - from >= 86_400 ? minutes : `${day.format(from * 1000)}, ${minutes}`
}

/** The day in the middle of a range: "22 Nov". */
export function dayOf({ from, to }: TimeRange): string {
  return day.format(((from + to) / 2) * 1000)
}
