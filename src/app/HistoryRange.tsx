import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react'

import { useFlowtrace, useSnapshot } from '../state/client/flowtrace.ts'
import type { TimeRange } from '../state/client/time-range.ts'
import { historyRangeOf, readAlone } from '../state/view/history-range.ts'
import { useViewPart } from '../state/view/navigation.ts'

/** Tells which range has to be read from the history; null while the live source has the range of the view. Shows nothing. */
export function HistoryRange({ onRange }: { onRange: (range: TimeRange | null) => void }) {
  const { source } = useFlowtrace()
  const { open } = source
  const endpoint = 'endpoint' in open ? open.endpoint : ''
  const time = useViewPart((view) => view.time)
  const alone = useSyncExternalStore(readAlone.subscribe, readAlone.get)
  const oldestLive = useRef<number | null>(null)
  const isLive = open.kind === 'live'
  const oldest = useSnapshot(({ status }) => (status.source.state === 'live' ? status.holdings.oldest : null))
  useEffect(() => {
    if (isLive && oldest !== null) oldestLive.current = oldest
  }, [isLive, oldest])
  const before = useRef<{ readonly endpoint: string; readonly range: TimeRange | null }>(null)
  // A layout effect: the range without records is not painted before the history is opened.
  useLayoutEffect(() => {
    const isSame = before.current?.endpoint === endpoint
    // Another cluster has another history, and holds other records.
    if (!isSame) oldestLive.current = null
    const range = historyRangeOf({
      time,
      alone,
      before: isSame ? (before.current?.range ?? null) : null,
      oldestLive: oldestLive.current,
      now: Date.now() / 1000,
    })
    before.current = { endpoint, range }
    onRange(range)
  }, [time, alone, endpoint, onRange])
  useLayoutEffect(() => () => onRange(null), [onRange])
  return null
}
