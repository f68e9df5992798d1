import { useLayoutEffect, useMemo } from 'react'

import { useSnapshot } from '../../state/client/flowtrace.ts'
import type { Histogram } from '../../state/client/histogram.ts'
import { useReadHistory } from '../../state/client/read-history.ts'
import { type CountedBars, useHistoryBars } from '../../state/goldmane/use-history-bars.ts'
import { useViewPart } from '../../state/view/navigation.ts'
import { barsOverRange } from './bars-over-range.ts'

/**
 * Tells the bars of the whole range of a history: those that the gateway counts until its records are here, then those of
 * the records, from the beginning to the end of the range, so that a gap at either end is seen. Shows nothing.
 */
export function HistoryBars({
  counted,
  count,
  maxCount,
  onBars,
}: {
  /** Those of the records that are held. */
  counted: Histogram | null
  /** At most so many are asked for. */
  count: number
  /** At most so many are told; more than `count` where only a part of them is drawn. */
  maxCount: number
  onBars: (bars: CountedBars | null) => void
}) {
  const filter = useViewPart((view) => view.filter)
  const byGateway = useHistoryBars(filter, count)
  const past = useReadHistory()
  const range = past?.range
  const incomplete = past?.incomplete ?? null
  const isRead = useSnapshot(({ status }) => ['loaded', 'stopped'].includes(status.source.state))
  const bars = useMemo(() => {
    if (byGateway !== null || range === undefined) return byGateway
    return isRead || counted !== null
      ? { histogram: barsOverRange(counted, range, maxCount), incomplete }
      : null
  }, [byGateway, counted, range, incomplete, maxCount, isRead])
  useLayoutEffect(() => onBars(bars), [bars, onBars])
  useLayoutEffect(() => () => onBars(null), [onBars])
  return null
}
