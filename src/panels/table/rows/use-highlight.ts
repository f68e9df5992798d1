import { useMemo } from 'react'

import { asksFor } from '../../../filter/tree/asks-for.ts'
import { useNow } from '../../../state/use-now.ts'
import { useFlowtrace, useSnapshot } from '../../../state/client/flowtrace.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { Row } from '../../../state/client/rows.ts'
import { type Marking, markingBy } from './row-highlight.ts'

/** How each of the rows is marked; null while nothing marks any. */
export function useHighlight(rows: readonly Row[]): readonly Marking[] | null {
  const [{ highlight }] = useView()
  const { open } = useFlowtrace().source
  const newest = useSnapshot(({ status }) => status.holdings.newest)
  const isAged = useMemo(() => asksFor(highlight, 'age'), [highlight])
  const clock = useNow(isAged)
  // As in the filter: in a capture age counts from its end.
  const now = open.kind === 'live' ? clock : (newest ?? clock)
  const at = isAged ? now : 0
  return useMemo(
    () => (highlight.kind === 'all' ? null : rows.map(markingBy(highlight, at))),
    [highlight, rows, at],
  )
}
