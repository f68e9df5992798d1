/** When the records of a capture are from, in words. */
import { formatMinute, formatMinutes } from '../../lib/format.ts'

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/**
 * "today 21:45 – 22:45", "26 Nov 14:02 – 15:02", "25 Nov 23:10 – 26 Nov 01:10", with the year where it is another and
 * seconds where both are in one minute. All times are Unix seconds. A side that is not known is an ellipsis; a dash where
 * neither is.
 */
export function windowWords(from: number | null, to: number | null, now: number): string {
  if (from === null && to === null) return '–'
  const fromDay = from === null ? null : dayWords(from, now)
  const toDay = to === null ? null : dayWords(to, now)
  if (from !== null && to !== null && fromDay === toDay) return `${fromDay} ${formatMinutes(from, to)}`
  const start = from === null ? '…' : `${fromDay} ${formatMinute(from)}`
  const end = to === null ? '…' : `${toDay} ${formatMinute(to)}`
  return `${start} – ${end}`
}

function dayWords(seconds: number, now: number): string {
  const whole = dayOfYear.format(seconds * 1000)
  if (whole === dayOfYear.format(now * 1000)) return 'today'
  const sameYear = new Date(seconds * 1000).getFullYear() === new Date(now * 1000).getFullYear()
  return sameYear ? day.format(seconds * 1000) : whole
}
