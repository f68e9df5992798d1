/** Gaps as sorted ranges: how they are merged, and what is left of them beside the buckets that are held. */
import type { HistoryGap, HistoryRange } from '../history-store.ts'

/** A stretch of time of which records have come. */
export interface Span {
  readonly start: number
  readonly seconds: number
}

/** The gaps with one more. Those that touch and have one cause are one. */
export function withGap(gaps: readonly HistoryGap[], gap: HistoryGap): readonly HistoryGap[] {
  return mergedGaps([...gaps, gap])
}

/** Sorted. Those that touch and have one cause are one. */
export function mergedGaps(gaps: readonly HistoryGap[]): readonly HistoryGap[] {
  const merged: HistoryGap[] = []
  for (const next of [...gaps].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last === undefined || last.to < next.from || last.cause !== next.cause) merged.push(next)
    else merged[merged.length - 1] = { ...last, to: Math.max(last.to, next.to) }
  }
  return merged
}

/**
 * What of the gaps lies in the range and has not come since.
 *
 * @param buckets Sorted by start; they may overlap.
 */
export function openGaps(
  gaps: readonly HistoryGap[],
  buckets: readonly Span[],
  { from, to }: HistoryRange,
): readonly HistoryGap[] {
  const ends: number[] = []
  for (const { start, seconds } of buckets) ends.push(Math.max(ends.at(-1) ?? 0, start + seconds))
  return gaps.flatMap((gap) => {
    const open: HistoryGap[] = []
    const end = Math.min(gap.to, to)
    let at = Math.max(gap.from, from)
    // Of a day that was read back there may be a gap for each other bucket.
    for (let i = firstAfter(ends, at); i < buckets.length; i++) {
      const { start, seconds } = buckets[i]!
      if (start >= end) break
      if (start + seconds <= at) continue
      if (start > at) open.push({ ...gap, from: at, to: start })
      at = start + seconds
    }
    if (at < end) open.push({ ...gap, from: at, to: end })
    return open
  })
}

/** The index of the first of sorted numbers that is more than another; their count where none is. */
function firstAfter(sorted: readonly number[], than: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! > than) high = middle
    else low = middle + 1
  }
  return low
}

/** What of the gaps has come with these buckets. */
export function filledRanges(
  gaps: readonly HistoryRange[],
  buckets: readonly Span[],
): readonly HistoryRange[] {
  return gaps.flatMap((gap) =>
    buckets
      .map(({ start, seconds }) => ({
        from: Math.max(gap.from, start),
        to: Math.min(gap.to, start + seconds),
      }))
      .filter(({ from, to }) => from < to),
  )
}
