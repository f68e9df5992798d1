/** Formats numbers and times for the screen. All times are Unix seconds, shown in the reader's time zone. */

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 })

/** 1204 is "1,204". */
export function formatCount(count: number): string {
  return whole.format(count)
}

/** Decimal units, as Calico's own figures: 1500 is "1.5 kB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${short.format(value)} ${units[unit]}`
}

/** A duration in one unit: "8 s", "12 min", "3 h", "2 d". A negative one, as with a clock that is ahead, is "0 s". */
export function formatAge(seconds: number): string {
  const age = Math.max(0, Math.round(seconds))
  if (age < 60) return `${age} s`
  if (age < 3600) return `${Math.floor(age / 60)} min`
  if (age < 172_800) return `${Math.floor(age / 3600)} h`
  return `${Math.floor(age / 86_400)} d`
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const full = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})

/** The time of day: "14:02:15". */
export function formatClock(seconds: number): string {
  return clock.format(seconds * 1000)
}

const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** The time of day to the minute: "14:02". */
export function formatMinute(seconds: number): string {
  return minute.format(seconds * 1000)
}

/** Date, time and zone: "22 Nov 2026, 14:02:15 UTC". */
export function formatTime(seconds: number): string {
  return full.format(seconds * 1000)
}

/** The time as programs read it: "2026-11-22T14:02:15Z" (ISO 8601, UTC). Null where it is no time of a calendar. */
export function isoTime(seconds: number): string | null {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? null : date.toISOString().replace('.000Z', 'Z')
}

const zone = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' })

/** The time zone, which at that time may have summer time: "UTC", "GMT+1". */
export function formatZone(seconds: number): string {
  return zone.formatToParts(seconds * 1000).find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** The dates that a range touches, and the zone at its end: "22 Nov 2026, UTC", "22–23 Nov 2026, UTC". */
export function formatDays(from: number, to: number): string {
  return `${date.formatRange(from * 1000, to * 1000)}, ${formatZone(to)}`
}

const dayAndMinute = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** "22 Nov" */
export function formatDay(seconds: number): string {
  return day.format(seconds * 1000)
}

/** "22 Nov, " to stand before a time of day, where what is shown is longer than a day; `span` is its length in seconds. */
export function dayBefore(seconds: number, span: number): string {
  return span > 86_400 ? `${formatDay(seconds)}, ` : ''
}

/**
 * The times of day of a range: "14:38:45 – 14:53:45", and one time where both are within a second. From a day on with the
 * dates: "22 Nov, 16:00 – 29 Nov, 17:00".
 */
export function formatClocks(from: number, to: number): string {
  if (to - from >= 86_400) return dayAndMinute.formatRange(from * 1000, to * 1000)
  return to - from < 1 ? formatClock(from) : `${formatClock(from)} – ${formatClock(to)}`
}

/** The times of day of a range to the minute: "14:38 – 14:53". Within a minute they have their seconds. */
export function formatMinutes(from: number, to: number): string {
  if (to - from >= 86_400) return formatClocks(from, to)
  const start = formatMinute(from)
  const end = formatMinute(to)
  return start === end ? formatClocks(from, to) : `${start} – ${end}`
}

/** "1 flow", "2 flows". */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
