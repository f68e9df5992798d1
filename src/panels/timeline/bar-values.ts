/** The values of a histogram in words. */
import { formatBytes, formatClock, formatCount } from '../../lib/format.ts'
import type { Histogram, Measure } from '../../state/client/histogram.ts'

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

/** "15 s", "2 min", "1 h" */
export function formatStep(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  return seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`
}

export interface BarWords {
  /** When the bar begins: "22:29:30". */
  readonly when: string
  /** "28 allowed, 46 denied" */
  readonly what: string
}

/** The values of the bar that begins at a time; null where the histogram has none. */
export function barWords(histogram: Histogram, time: number): BarWords | null {
  const { from, step, measure, allowed, denied, other, gaps } = histogram
  const i = Math.floor((time - from) / step)
  const sums = [allowed[i], denied[i], other[i]]
  if (sums[0] === undefined) return null
  const when = formatClock(from + i * step)
  if (gaps[i] === 1 && sums.every((sum) => sum === 0)) return { when, what: 'nothing received' }
  const names = ['allowed', 'denied', 'without a verdict']
  const parts = sums.map((sum = 0, k) => ({ sum, text: `${formatSum(sum, measure)} ${names[k]}` }))
  return { when, what: parts.flatMap(({ sum, text }, k) => (k < 2 || sum > 0 ? [text] : [])).join(', ') }
}

/** The sum of the highest bar. */
export function highestBar({ allowed, denied, other }: Histogram): number {
  return allowed.reduce((max, count, i) => Math.max(max, count + (denied[i] ?? 0) + (other[i] ?? 0)), 0)
}
