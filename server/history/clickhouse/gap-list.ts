/** Gaps of a history, put together and cut. */
import type { HeldBucket, HistoryGap, HistoryRange } from '../history-store.ts'

/** The gaps as they were noted, one after the other, sorted: those that touch and have one cause are one. */
export function mergedGaps(noted: readonly HistoryGap[]): readonly HistoryGap[] {
  const merged: HistoryGap[] = []
  for (const next of noted.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last === undefined || last.to < next.from || last.cause !== next.cause) merged.push(next)
    else merged[merged.length - 1] = { ...last, to: Math.max(last.to, next.to) }
  }
  return merged
}

/** What is left of the gaps in a range, without what has come since. The buckets are sorted. */
export function openGaps(
  gaps: readonly HistoryGap[],
  held: readonly Pick<HeldBucket, 'start' | 'seconds'>[],
  { from, to }: HistoryRange,
): readonly HistoryGap[] {
  return gaps.flatMap((gap) => {
    const open: HistoryGap[] = []
    const end = Math.min(gap.to, to)
    let at = Math.max(gap.from, from)
    for (const { start, seconds } of held) {
      if (start + seconds <= at) continue
      if (start >= end) break
      if (start > at) open.push({ ...gap, from: at, to: start })
      at = Math.max(at, start + seconds)
    }
    return at < end ? [...open, { ...gap, from: at, to: end }] : open
  })
}
