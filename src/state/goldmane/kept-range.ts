/** What a history keeps, of records or of sums of hours. */
import type { TimeRange } from '../client/time-range.ts'
import type { HistoryStatus } from './use-history-status.ts'

/** The start of the oldest that is kept, raw or rolled up; null while nothing is. */
export function oldestKept({ from, hoursFrom }: Pick<HistoryStatus, 'from' | 'hoursFrom'>): number | null {
  const starts = [from, hoursFrom].filter((time) => time !== null)
  return starts.length === 0 ? null : Math.min(...starts)
}

/** From the oldest to the newest that is kept; null while nothing is. */
export function keptRange(history: Pick<HistoryStatus, 'from' | 'to' | 'hoursFrom'>): TimeRange | null {
  const from = oldestKept(history)
  const { to } = history
  return from === null || to === null ? null : { from, to }
}
