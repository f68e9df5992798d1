import { useLayoutEffect } from 'react'

import type { Histogram } from '../../state/client/histogram.ts'
import { useHistoryBars } from '../../state/goldmane/use-history-bars.ts'
import { useViewPart } from '../../state/view/navigation.ts'

/** Tells the bars that the gateway counts of a range of the history while it is read; null otherwise. Shows nothing. */
export function HistoryBars({
  count,
  onBars,
}: {
  /** At most so many. */
  count: number
  onBars: (bars: Histogram | null) => void
}) {
  const filter = useViewPart((view) => view.filter)
  const bars = useHistoryBars(filter, count)
  useLayoutEffect(() => onBars(bars), [bars, onBars])
  useLayoutEffect(() => () => onBars(null), [onBars])
  return null
}
