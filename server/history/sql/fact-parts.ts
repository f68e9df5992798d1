/**
 * Where the sums of a selection are read: whole hours from the roll-up, where it has them as they are now, and the rest from the records.
 * An hour of the roll-up sums some fifteen records, and is exactly their sum.
 */
import type { HistorySelection } from '../history-store.ts'
import { rangeCondition, type SelectedFacts } from './selection.ts'
import type { SqlReader } from './sql-reader.ts'
import { allOf, type SqlText } from './sql-text.ts'
import type { FactSource } from './tables.ts'

/** Facts of one grain. */
export interface FactPart {
  readonly source: FactSource
  /** What can stand after `where` of a query over them. */
  readonly condition: SqlText
}

/** The facts that are selected, each record in one part. What is asked of them must not tell records of one hour apart. */
export async function factParts(
  reader: SqlReader,
  { range }: HistorySelection,
  { condition, ofKeys }: SelectedFacts,
): Promise<readonly FactPart[]> {
  const { source } = reader
  const whole = [{ source, condition }]
  if (ofKeys === null || source.grain !== 'raw') return whole
  const hours = await reader.summedHours(range)
  if (hours === null) return whole
  return [
    { of: source, range: { from: range.from, to: hours.range.from } },
    { of: hours.source, range: hours.range },
    { of: source, range: { from: hours.range.to, to: range.to } },
  ]
    .filter((part) => part.range.from < part.range.to)
    .map((part) => ({
      source: part.of,
      condition: allOf([rangeCondition(part.of, part.range), ofKeys]),
    }))
}
