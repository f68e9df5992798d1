/** Why the history has no record of a range, as far as that is known. */
import { formatAge, formatClocks, formatDays, formatPlural, formatTime } from '../../../lib/format.ts'
import type { ReadHistory } from '../../../state/client/read-history.ts'
import type { TimeRange } from '../../../state/client/time-range.ts'
import { oldestKept } from '../../../state/goldmane/kept-range.ts'
import type { HistoryStatus } from '../../../state/goldmane/use-history-status.ts'

const DAY = 24 * 3600
const MAX_LISTED_GAPS = 3

export interface WhyNothing {
  readonly title: string
  readonly reasons: readonly string[]
  /** A range that has records; null where none is known. */
  readonly instead: { readonly title: string; readonly range: TimeRange } | null
}

/** `status`: undefined while it is not known what is kept. */
export function whyNothingKept(
  { range, gaps, incomplete }: Pick<ReadHistory, 'range' | 'gaps' | 'incomplete'>,
  status: Pick<HistoryStatus, 'from' | 'hoursFrom' | 'to' | 'days' | 'hourDays'> | undefined,
  { isScoped, isStopped }: { readonly isScoped: boolean; readonly isStopped: boolean },
): WhyNothing {
  const oldest = status === undefined ? null : oldestKept(status)
  if (isStopped) return because('Reading was stopped before the first record', [])
  if (incomplete !== null) return because('Nothing of this range could be read', [`${incomplete}.`])
  if (status !== undefined && oldest !== null && range.to <= oldest) {
    const kept = `Records of 15 s are kept for ${status.days} d, sums of hours for ${status.hourDays} d.`
    const end = Math.min(oldest + DAY, status.to ?? oldest + DAY)
    return {
      title: 'This range is older than what is kept',
      reasons: [`The history begins ${formatTime(oldest)}. ${kept}`],
      instead: { title: 'Read the oldest that is kept', range: { from: oldest, to: end } },
    }
  }
  if (status !== undefined && status.to !== null && range.from >= status.to)
    return because('This range is not stored yet', [
      `The history reaches up to ${formatTime(status.to)}. Later records are live.`,
    ])
  if (gaps.length > 0) {
    const more = gaps.length - MAX_LISTED_GAPS
    return because('No record of this range was kept', [
      ...gaps.slice(-MAX_LISTED_GAPS).map(gapSentence),
      ...(more > 0 ? [`And ${formatPlural(more, 'earlier gap')}.`] : []),
    ])
  }
  // Of the time before the history began nothing is known.
  const kept = { from: Math.max(range.from, oldest ?? range.from), to: range.to }
  const late = kept.from === range.from ? [] : [`The history begins ${formatTime(kept.from)}.`]
  return because(isScoped ? 'Nothing of the scope in this range' : 'No flows in this range', [
    ...late,
    `The history has no gap in ${formatDays(kept.from, kept.to)}, ${formatClocks(kept.from, kept.to)}${isScoped ? ', and no record of the scope' : ': no flow was recorded'}.`,
  ])
}

function because(title: string, reasons: readonly string[]): WhyNothing {
  return { title, reasons, instead: null }
}

function gapSentence({ from, to, reason }: ReadHistory['gaps'][number]): string {
  return `${formatTime(from)}, for ${formatAge(to - from)}: ${reason ?? 'no records'}.`
}
