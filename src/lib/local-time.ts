/** Conversion between Unix seconds and the value of a `datetime-local` field: local time, to the second. */

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** 2026-11-22T14:02:15 */
export function toLocalText(seconds: number): string {
  const date = new Date(seconds * 1000)
  const day = [String(date.getFullYear()).padStart(4, '0'), two(date.getMonth() + 1), two(date.getDate())]
  return `${day.join('-')}T${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}

/** Unix seconds; null for a text that is no time, or a time before 1970. A text without a zone is local time (ECMA-262, Date.parse). */
export function fromLocalText(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return null
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) || milliseconds < 0 ? null : Math.floor(milliseconds / 1000)
}
