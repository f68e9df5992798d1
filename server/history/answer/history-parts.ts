/**
 * From which of the two grains a range is read. The roll-up has closed hours alone, and is made some minutes after an hour
 * has closed, so that the newest hours are summed from the raw records.
 */
import type { HistoryRange, HistorySelection, KeptTimes } from '../history-store.ts'
import { type AskedStep, DAY, HOUR, RECORD_STEPS } from './history-question.ts'

/** The hours before now that are not taken from the roll-up. */
const UNROLLED_SECONDS = 2 * HOUR

/** A range that is read from one grain. */
export type HistoryPart = Pick<HistorySelection, 'range' | 'grain'>

type Held = Pick<KeptTimes, 'oldest' | 'oldestHour'>

/** Whether a range is answered by sums of hours: it is long, or its raw records are deleted and its hours are kept. */
export function needsHours({ from, to }: HistoryRange, { oldest, oldestHour }: Held): boolean {
  if (to - from > DAY) return true
  if (oldestHour === null) return false
  return oldest === null || (from < oldest && oldestHour < hourOf(oldest))
}

/** The steps that a range may be summed to, the finest first. */
export function stepsFor(range: HistoryRange, asked: AskedStep, held: Held): readonly number[] {
  if (asked !== 'auto') return [asked]
  return needsHours(range, held) ? [HOUR] : RECORD_STEPS
}

/** The range with its ends at multiples of the step, so that each sum is of a whole step. */
export function aligned({ from, to }: HistoryRange, step: number): HistoryRange {
  return { from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step }
}

/** What has to be read for a range, in the order of time; `now` in Unix seconds. */
export function partsOf(range: HistoryRange, held: Held, now: number): readonly HistoryPart[] {
  if (held.oldestHour === null || !needsHours(range, held)) return [{ range, grain: 'raw' }]
  const boundary = hourOf(now) - UNROLLED_SECONDS
  const hours = { from: range.from, to: Math.min(range.to, boundary) }
  const newest = { from: Math.max(range.from, boundary), to: range.to }
  return [{ range: hours, grain: 'hour' } as const, { range: newest, grain: 'raw' } as const].filter(
    (part) => part.range.from < part.range.to,
  )
}

function hourOf(time: number): number {
  return Math.floor(time / HOUR) * HOUR
}
