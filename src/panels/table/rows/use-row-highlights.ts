import { useMemo } from 'react'

import { asksFor } from '../../../filter/tree/asks-for.ts'
import { useFlowtrace, useSnapshot } from '../../../state/client/flowtrace.ts'
import { useClusterNow } from '../../../state/client/source-status.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { Row } from '../../../state/client/rows.ts'
import { type RowHighlight, rowHighlighter } from './row-highlight.ts'

/** How each of the rows is highlighted; null without a highlight query. */
export function useRowHighlights(rows: readonly Row[]): readonly RowHighlight[] | null {
  const [{ highlight, shape }] = useView()
  const { open } = useFlowtrace().source
  const newest = useSnapshot(({ answer }) => answer?.newest ?? null)
  const isAged = useMemo(() => asksFor(highlight, 'age'), [highlight])
  const clock = useClusterNow(isAged)
  // As in the filter, the age of a flow in a capture counts back from the newest record, or the play head.
  const now = open.kind === 'live' ? clock : (newest ?? clock)
  // Constant for a query that does not ask for age, so that the rows are not matched again as the clock ticks.
  const at = isAged ? now : 0
  return useMemo(
    () => (highlight.kind === 'all' ? null : rows.map(rowHighlighter(highlight, at, shape))),
    [highlight, rows, at, shape],
  )
}
