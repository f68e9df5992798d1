/** The values of a histogram in words. */
import { formatSum } from '../../flows/measure-words.ts'
import { dayBefore, formatClock } from '../../lib/format.ts'
import type { Histogram } from '../../state/client/histogram.ts'

export interface BarWords {
  /** When the bar begins: "22:29:30", "27 Nov, 22:00:00". */
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
  const start = from + i * step
  const when = `${dayBefore(start, step * allowed.length)}${formatClock(start)}`
  if (gaps[i] === 1 && sums.every((sum) => sum === 0)) return { when, what: 'nothing received' }
  const names = ['allowed', 'denied', 'without a verdict']
  const parts = sums.map((sum = 0, k) => ({ sum, text: `${formatSum(sum, measure)} ${names[k]}` }))
  return { when, what: parts.flatMap(({ sum, text }, k) => (k < 2 || sum > 0 ? [text] : [])).join(', ') }
}
