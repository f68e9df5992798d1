/** Times of a side of which records are missing: they shorten what is compared, and are named beside the answer. */
import { formatPlural } from '../lib/format.ts'
import type { Span } from './active-slots.ts'

/** A time in which nothing was recorded. */
export interface SideGap extends Span {
  /** Why, as a sentence without a full stop; null where that is not recorded. */
  readonly cause: string | null
}

/** So many gaps of a side are named one by one. */
const MAX_NAMED_GAPS = 5

/** The parts of gaps that are within a range, oldest first, each once: a recorder writes a gap again in each header. */
export function gapsWithin(gaps: readonly SideGap[], range: Span): readonly SideGap[] {
  const byTimes = new Map<string, SideGap>()
  for (const { cause, ...gap } of gaps) {
    const from = Math.max(gap.from, range.from)
    const to = Math.min(gap.to, range.to)
    if (from < to && !byTimes.has(`${from} ${to}`)) byTimes.set(`${from} ${to}`, { from, to, cause })
  }
  return [...byTimes.values()].sort((a, b) => a.from - b.from)
}

/** The seconds that gaps cover, which may overlap; they are sorted by their beginning. */
export function secondsMissing(gaps: readonly SideGap[]): number {
  let sum = 0
  let end = 0
  for (const { from, to } of gaps) {
    sum += Math.max(0, to - Math.max(from, end))
    end = Math.max(end, to)
  }
  return sum
}

/** What a gap of a side makes doubtful. */
const DOUBTS = {
  A: 'what is new in B may have been there before',
  B: 'what is gone from B may be there, and was not recorded',
} as const

/** Sentences without a full stop: which gaps a side has, and what these make doubtful. `timesOf` writes a range. */
export function gapSentences(
  side: 'A' | 'B',
  gaps: readonly SideGap[],
  timesOf: (from: number, to: number) => string,
  /** Gaps that are only counted. */
  moreGaps = 0,
): readonly string[] {
  const named = gaps.slice(0, MAX_NAMED_GAPS).map(({ from, to, cause }) => {
    const why = cause === null ? '' : `: ${cause}`
    return `${side} has a gap ${timesOf(from, to)}${why}`
  })
  const more = gaps.length - named.length + moreGaps
  if (named.length + more === 0) return []
  return [
    ...named,
    ...(more === 0 ? [] : [`${side} has ${formatPlural(more, 'more gap')}`]),
    `Because of the ${gaps.length === 1 ? 'gap' : 'gaps'} in ${side}, ${DOUBTS[side]}`,
  ]
}
