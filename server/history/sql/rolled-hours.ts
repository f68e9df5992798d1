/** Which hours of a range may be read from the roll-up in place of their records. */
import type { HistoryRange } from '../history-store.ts'
import type { SummedHours } from './sql-reader.ts'
import { type FactSource, HOUR_SECONDS } from './tables.ts'

/** An hour that has records. */
export interface RecordedHour {
  readonly hour: number
  /** Whether it was rolled up since it last changed, and is whole. */
  readonly isRolled: boolean
}

/** The whole hours in a range, as a range; null when there is none. */
export function wholeHours({ from, to }: HistoryRange): HistoryRange | null {
  const [first, end] = [Math.ceil(from / HOUR_SECONDS), Math.floor(to / HOUR_SECONDS)]
  return first < end ? { from: Math.max(0, first) * HOUR_SECONDS, to: end * HOUR_SECONDS } : null
}

export function hoursIn({ from, to }: HistoryRange): number {
  return (to - from) / HOUR_SECONDS
}

/**
 * The longest run of hours that are rolled up, with no other one that has records between them. `recorded` ascends, and has all
 * hours of the range with records.
 */
export function summedHours(source: FactSource, recorded: readonly RecordedHour[]): SummedHours | null {
  let longest: readonly number[] = []
  let run: number[] = []
  for (const { hour, isRolled } of recorded) {
    if (isRolled) run.push(hour)
    else run = []
    if (run.length > longest.length) longest = run
  }
  const [first, last] = [longest[0], longest.at(-1)]
  if (first === undefined || last === undefined) return null
  return { range: { from: first, to: last + HOUR_SECONDS }, source }
}
