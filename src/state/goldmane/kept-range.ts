import type { TimeRange } from '../../state/client/time-range.ts'
import type { HistoryStatus } from '../../state/goldmane/use-history-status.ts'

/** From the first to the last record, raw or rolled up; null while nothing is held. */
export function keptRange({ from, to, hoursFrom }: HistoryStatus): TimeRange | null {
  const starts = [from, hoursFrom].filter((time) => time !== null)
  return to === null || starts.length === 0 ? null : { from: Math.min(...starts), to }
}
