/** What bars over time add up, and how its sums and steps read. */
import { formatBytes, formatCount } from '../lib/format.ts'
import type { MeasureFieldId } from './field.ts'

/** What is added up: records, or one of a record's counters. */
type Measure = MeasureFieldId | 'records'

/** The measures that the bars can add up, with their names on the screen. */
export const MEASURES: readonly { readonly measure: Measure; readonly name: string }[] = [
  { measure: 'records', name: 'records' },
  { measure: 'conns', name: 'connections' },
  { measure: 'bytes', name: 'bytes' },
  { measure: 'packets', name: 'packets' },
]

/** A sum of a measure: "80", "1.5 kB". */
export function formatSum(sum: number, measure: Measure): string {
  return measure === 'bytes' ? formatBytes(sum) : formatCount(sum)
}

/** "15 s", "2 min", "1 h", "2 d" */
export function formatStep(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${seconds / 60} min`
  return seconds < 86_400 ? `${seconds / 3600} h` : `${seconds / 86_400} d`
}
