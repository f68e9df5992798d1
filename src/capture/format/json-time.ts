/** Parses times in the spellings that captures use to Unix seconds. */
import { FieldError } from './json-fields.ts'

/** The end of the year 9999: a greater number is in milliseconds or finer. */
export const MAX_UNIX_SECONDS = 253_402_300_799
/** Go's zero time, 0001-01-01T00:00:00Z, which stands for "no time". */
const GO_ZERO_UNIX_SECONDS = -62_135_596_800

const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,]\d+)?(?:([Zz])|([+-]\d\d):?(\d\d))$/

function fromText(text: string): number | undefined {
  if (/^\d{1,12}$/.test(text)) return Number(text)
  const match = RFC_3339.exec(text)
  if (match === null) return undefined
  const [, day, clock, utc, hours, minutes] = match
  return Date.parse(`${day}T${clock}${utc === undefined ? `${hours}:${minutes}` : 'Z'}`) / 1000
}

/** A cache of parsed texts: records come in order of time, so that the texts of the last few buckets repeat. */
const cachedTimes = new Map<string, number>()
const MAX_CACHED_TIMES = 64

/**
 * Unix seconds of an RFC 3339 text (Whisker), a number (Go's JSON) or digits in quotes (protojson); fractions of a
 * second are cut off. 0 stands for no time: a missing value or Go's zero time.
 * @throws FieldError for anything else, and for times before 1970 or after the year 9999
 */
export function timeOf(value: unknown, field: string): number {
  if (value === undefined || value === null) return 0
  if (typeof value === 'string') {
    const time = cachedTimes.get(value)
    if (time !== undefined) return time
  }
  const seconds = typeof value === 'string' ? fromText(value) : value
  if (seconds === GO_ZERO_UNIX_SECONDS) return 0
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= MAX_UNIX_SECONDS)) {
    throw new FieldError(field, value, 'a time (RFC 3339 or Unix seconds)')
  }
  const time = Math.floor(seconds)
  if (typeof value === 'string') {
    if (cachedTimes.size >= MAX_CACHED_TIMES) cachedTimes.clear()
    cachedTimes.set(value, time)
  }
  return time
}
