/** Parses the times and windows of the terminal: `2026-11-28T22:00Z`, `now-1h`, `FROM..TO`. */
import { parseQuantity } from '../../../src/filter/language/quantity.ts'
import { UsageError } from '../../lib/usage-error.ts'

/** Unix seconds: [from, to). */
export interface TimeWindow {
  readonly from: number
  readonly to: number
}

const TIME = 'a time such as 2026-11-28T22:00Z, in UTC unless it names a zone'
const RECENT = `${TIME}, or now-1h`

/** Date, time to the minute or second, zone. A date alone is its beginning. */
const DATE_TIME = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d)?)([Zz]|[+-]\d\d:\d\d)?)?$/
const BEFORE_NOW = /^now(?:-(.+))?$/

/**
 * Unix seconds of a text. `now`: what the word counts from; null where it means nothing, as in a capture. Throws
 * {@link UsageError}, which names the flag.
 */
export function parseMoment(flag: string, text: string, now: number | null): number {
  const time = momentOf(text, now)
  if (time !== null) return time
  if (now === null && BEFORE_NOW.test(text))
    throw new UsageError(`${flag} of a capture wants a time of its own, not ${JSON.stringify(text)}`)
  throw new UsageError(`${flag} wants ${now === null ? TIME : RECENT}, not ${JSON.stringify(text)}`)
}

function momentOf(text: string, now: number | null): number | null {
  const ago = BEFORE_NOW.exec(text)
  if (ago !== null) {
    const seconds = ago[1] === undefined ? 0 : lengthOf(ago[1])
    return now === null || seconds === null ? null : now - seconds
  }
  if (/^\d{9,11}$/.test(text)) return Number(text)
  const [match, day, clock = '00:00', zone = 'Z'] = DATE_TIME.exec(text) ?? []
  if (match === undefined || !isDay(day ?? '')) return null
  const time = Date.parse(`${day}T${clock}${zone.toUpperCase()}`) / 1000
  return Number.isFinite(time) && time >= 0 ? time : null
}

/** Date.parse takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** The window of `FROM..TO`. Throws {@link UsageError} as {@link parseMoment}, and for one that does not end after its start. */
export function parseWindow(flag: string, text: string, now: number | null): TimeWindow {
  const ends = text.split('..')
  const [first, second] = ends
  if (first === undefined || second === undefined || ends.length !== 2)
    throw new UsageError(`${flag} wants FROM..TO, not ${JSON.stringify(text)}`)
  const from = parseMoment(flag, first, now)
  const to = parseMoment(flag, second, now)
  if (from < to) return { from, to }
  throw new UsageError(`${flag} wants FROM before TO, not ${JSON.stringify(text)}`)
}

const MAX_SECONDS = 400 * 86_400

/** Seconds of `30m`, `1h30m` or `7d`. Throws {@link UsageError}. */
export function parseLength(flag: string, text: string): number {
  const seconds = lengthOf(text)
  if (seconds !== null && seconds > 0 && seconds <= MAX_SECONDS) return seconds
  throw new UsageError(`${flag} wants a length such as 30m, 2h or 7d, not ${JSON.stringify(text)}`)
}

/** Whole seconds; null for a text that is no length. A number without a unit could mean seconds or minutes. */
function lengthOf(text: string): number | null {
  const seconds = /[smhd]$/i.test(text) ? parseQuantity('seconds', text) : undefined
  return seconds !== undefined && Number.isInteger(seconds) && seconds <= MAX_SECONDS ? seconds : null
}
