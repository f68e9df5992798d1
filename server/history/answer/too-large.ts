/** The refusal of a range of which there are more records than are sent at once, with a range that would do. */
import { formatAge, formatCount } from '../../../src/lib/format.ts'
import { HistoryError } from '../history-error.ts'
import type { HistoryRange } from '../history-store.ts'
import { DAY, HOUR } from './history-question.ts'

/** Lengths that are proposed, in seconds. */
const PROPOSED_LENGTHS = [300, 900, 1800, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY]
const PROPOSED_DAYS = [2, 3, 7, 14, 30].map((days) => days * DAY)

export interface SelectedAmount {
  readonly records: number
  readonly keys: number
}

/** The narrower range ends where the one that was asked for does; null where none of the proposals would do. */
export class RangeTooLarge extends HistoryError {
  readonly narrower: HistoryRange | null

  constructor(message: string, narrower: HistoryRange | null) {
    super('too large', message)
    this.narrower = narrower
  }
}

/**
 * `amount`: how much the range has; null where that could not be counted. `step`: the coarsest that was tried. Of each key
 * there is at most one record in a step, so that the keys bound the length that does.
 */
export function rangeTooLarge(
  range: HistoryRange,
  {
    step,
    maxRows,
    isFiltered,
    isForMemory = false,
  }: { step: number; maxRows: number; isFiltered: boolean; isForMemory?: boolean },
  amount: SelectedAmount | null,
): RangeTooLarge {
  const length = range.to - range.from
  const fitting = amount === null ? length / 4 : Math.floor(maxRows / Math.max(1, amount.keys)) * step
  const proposed = [...PROPOSED_LENGTHS, ...PROPOSED_DAYS].findLast(
    (each) => each <= Math.min(fitting, length / 2),
  )
  const narrower = proposed === undefined ? null : { from: range.to - proposed, to: range.to }
  const what = `${formatAge(length)} of ${isFiltered ? 'this scope' : 'everything'}`
  const many = isForMemory
    ? `${what} take more memory than the history has (--history-memory)`
    : amount === null
      ? `${what} have more records than are sent at once`
      : `${what} are ${formatCount(amount.records)} records, and also when summed more than the ${formatCount(maxRows)} that are sent at once`
  const scope = 'set a scope, such as one namespace'
  const way =
    narrower === null ? scope : `narrow the time to ${formatAge(narrower.to - narrower.from)}, or ${scope}`
  return new RangeTooLarge(`${many}. ${way.charAt(0).toUpperCase()}${way.slice(1)}`, narrower)
}
