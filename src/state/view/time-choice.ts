/** The codec of time choices: as the address has them (`last-15m`), and as a reader types lengths (`20 min`). */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { parseQuantity, printQuantity } from '../../filter/language/quantity.ts'
import type { SlidingRange } from '../../store/protocol.ts'
import type { RequestedRange } from '../client/time-range.ts'

/** Bounds of a sliding range, in seconds: one bucket of Goldmane, and a day. */
const MIN_SECONDS = BUCKET_SECONDS
const MAX_SECONDS = 24 * 3600

export function isSliding(time: RequestedRange | null): time is SlidingRange {
  return time !== null && 'last' in time
}

/** Whether it is longer than what a live source holds at its start, so that a history is needed for it. */
export function isOfHistory({ last }: SlidingRange): boolean {
  return last > 3600
}

/** Seconds of "90s", "20m", "20 min", "2h" or "1h30m"; null for anything else, and for less than 15 s or more than 24 h. */
export function parseLength(text: string): number | null {
  const written = text.replaceAll(/\s/g, '').replace(/min$/i, 'm')
  // A number without a unit is refused, because it could mean seconds or minutes.
  const seconds = /[smh]$/i.test(written) ? parseQuantity('seconds', written) : undefined
  if (seconds === undefined || !Number.isInteger(seconds)) return null
  return seconds < MIN_SECONDS || seconds > MAX_SECONDS ? null : seconds
}

/** "15m" */
export function printLength(seconds: number): string {
  return printQuantity('seconds', seconds)
}

/** "15 min" */
export function lengthInWords(seconds: number): string {
  return printLength(seconds).replace('m', ' min').replace(/[sh]$/, ' $&')
}

/** Reads `from-to` in Unix seconds, or `last-15m`; null for anything else. */
export function parseTime(text: string): RequestedRange | null {
  if (text.startsWith('last-')) {
    const last = parseLength(text.slice('last-'.length))
    return last === null ? null : { last }
  }
  const match = /^(\d{1,12})-(\d{1,12})$/.exec(text)
  const from = Number(match?.[1])
  const to = Number(match?.[2])
  return match !== null && from < to ? { from, to } : null
}

/** The canonical text of a time choice; the inverse of {@link parseTime}. */
export function printTime(time: RequestedRange): string {
  return isSliding(time) ? `last-${printLength(time.last)}` : `${time.from}-${time.to}`
}
