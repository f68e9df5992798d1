/** The bars of a range, for a timeline that is painted before its records are there. */
import { barSeconds, BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import type { HistoryLimits, HistoryStore } from '../history-store.ts'
import { aligned, needsHours, partsOf } from './history-parts.ts'
import { type AskedSelection, HOUR } from './history-question.ts'
import type { HistoryViewer } from './shown-keys.ts'

export interface AskedHistogram extends AskedSelection, Pick<HistoryViewer, 'namespaces'> {
  readonly cluster: string
  /** At most so many bars. */
  readonly bars: number
  readonly now: number
}

/** Counts of records by verdict, as the page will hold them where hours are summed; bars without any are left out. */
export interface HistoryHistogram {
  readonly from: number
  /** Seconds of a bar. */
  readonly width: number
  readonly bars: readonly { readonly start: number; readonly action: string; readonly records: number }[]
  readonly incomplete: string | null
}

export async function answerHistogram(
  store: HistoryStore,
  { cluster, filter, namespaces, ...asked }: AskedHistogram,
  limits: HistoryLimits,
): Promise<HistoryHistogram> {
  const held = await store.keptTimes(cluster)
  const unit = needsHours(asked.range, held) ? HOUR : BUCKET_SECONDS
  const whole = aligned(asked.range, unit)
  // The same bars as those of the records, which take their place once they are read.
  const width = barSeconds(whole, asked.bars, unit)
  const origin = Math.floor(whole.from / width) * width
  const sums = new Map<string, { start: number; action: string; records: number }>()
  let incomplete: string | null = null
  for (const part of partsOf(whole, held, asked.now)) {
    const selection = { ...part, cluster, filter, namespaces }
    const answer = await store.query('histogram', { origin, width, step: unit }, selection, limits)
    incomplete ??= answer.incomplete
    for (const { start, action, records } of answer.rows) {
      // A bar may lie across both grains.
      const before = sums.get(`${start} ${action}`)?.records ?? 0
      sums.set(`${start} ${action}`, { start, action, records: before + records })
    }
  }
  return { from: origin, width, bars: [...sums.values()], incomplete }
}
