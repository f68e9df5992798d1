/** Parses times in the spellings that captures use to Unix seconds. */
import { FieldError } from './json-fields.ts'

/** The end of the year 9999: a greater number is in milliseconds or finer. */
export const MAX_UNIX_SECONDS = 253_402_300_799
/** Finer units than seconds. Their sizes are told apart for all times after January 1978. */
const FINER_UNITS = [
  ['milliseconds', 1e3],
  ['microseconds', 1e6],
  ['nanoseconds', 1e9],
] as const
/** A unit that is finer than a second, as it is shown. */
export type FinerUnit = (typeof FINER_UNITS)[number][0]
/** Go's zero time, 0001-01-01T00:00:00Z, which stands for "no time". */
const GO_ZERO_UNIX_SECONDS = -62_135_596_800

const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,]\d+)?(?:([Zz])|([+-]\d\d):?(\d\d))$/

function fromText(text: string): number | undefined {
  if (/^\d{1,19}$/.test(text)) return Number(text)
  const match = RFC_3339.exec(text)
  if (match === null) return undefined
  const [, day, clock, utc, hours, minutes] = match
  return Date.parse(`${day}T${clock}${utc === undefined ? `${hours}:${minutes}` : 'Z'}`) / 1000
}

function finerUnitOfNumber(number: number): (typeof FINER_UNITS)[number] | undefined {
  if (!(number > MAX_UNIX_SECONDS)) return undefined
  return FINER_UNITS.find(([, perSecond]) => number / perSecond <= MAX_UNIX_SECONDS)
}

/** The unit of a number, or of digits in quotes, that is too large for Unix seconds; undefined for any other value. */
export function finerUnitOf(value: unknown): FinerUnit | undefined {
  const isDigits = typeof value === 'string' && /^\d{12,19}$/.test(value)
  return isDigits || typeof value === 'number' ? finerUnitOfNumber(Number(value))?.[0] : undefined
}

/** A cache of parsed texts: records come in order of time, so that the texts of the last few buckets repeat. */
const cachedTimes = new Map<string, number>()
const MAX_CACHED_TIMES = 64

/**
 * Unix seconds of an RFC 3339 text (Whisker), a number (Go's JSON) or digits in quotes (protojson); fractions of a
 * second are cut off. A number that is too large for seconds is in a finer unit, which its size tells:
 * {@link finerUnitOf}. 0 stands for no time: a missing value or Go's zero time.
 * @throws FieldError for anything else, and for times before 1970 or after the year 9999
 */
export function timeOf(value: unknown, field: string): number {
  if (value === undefined || value === null) return 0
  if (typeof value === 'string') {
    const time = cachedTimes.get(value)
    if (time !== undefined) return time
  }
  const number = typeof value === 'string' ? fromText(value) : value
  const perSecond = typeof number === 'number' ? (finerUnitOfNumber(number)?.[1] ?? 1) : 1
  const seconds = typeof number === 'number' ? number / perSecond : number
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

/**
 * As {@link timeOf}, but takes no other unit than seconds.
 * @throws FieldError for a time in a finer unit, too
 */
export function unixSecondsOf(value: unknown, field: string): number {
  if (finerUnitOf(value) !== undefined) throw new FieldError(field, value, 'a time in Unix seconds')
  return timeOf(value, field)
}
