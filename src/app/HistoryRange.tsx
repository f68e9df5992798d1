import { useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'

import { useFlowtrace, useSnapshot } from '../state/client/flowtrace.ts'
import type { TimeRange } from '../state/client/time-range.ts'
import { historyRangeOf, readAlone, type ReadRange, timesReadOn } from '../state/view/history-range.ts'
import { useViewPart } from '../state/view/navigation.ts'

/** What is known of the live source of an endpoint, also while its history is shown. */
interface KnownLive {
  readonly endpoint: string
  readonly oldest: number | null
  /** Seconds by which the clock of the records is ahead of ours. */
  readonly skew: number
}

/** What was decided last. */
interface Decided {
  readonly endpoint: string
  readonly read: ReadRange | null
  readonly timesReadOn: number
}

/** Tells which range has to be read from the history; null while the live source has the range of the view. Shows nothing. */
export function HistoryRange({ onRange }: { onRange: (range: TimeRange | null) => void }) {
  const { source } = useFlowtrace()
  const { open } = source
  const endpoint = 'endpoint' in open ? open.endpoint : ''
  const time = useViewPart((view) => view.time)
  const alone = useSyncExternalStore(readAlone.subscribe, readAlone.get)
  const readOn = useSyncExternalStore(timesReadOn.subscribe, timesReadOn.get)
  const live = useRef<KnownLive>({ endpoint, oldest: null, skew: 0 })
  const isLive = open.kind === 'live'
  const oldest = useSnapshot(({ status }) => (status.source.state === 'live' ? status.holdings.oldest : null))
  const isUnread = useSnapshot(
    ({ status }) => status.source.state === 'failed' && status.holdings.records === 0,
  )
  const skew = useSnapshot(({ status }) => status.live?.clockSkew ?? 0)
  // Layout effects: the range without records is not painted before the history is opened.
  useLayoutEffect(() => {
    // Another cluster has another history, and holds other records.
    if (live.current.endpoint !== endpoint) live.current = { endpoint, oldest: null, skew: 0 }
    if (isLive && oldest !== null) live.current = { endpoint, oldest, skew }
  }, [isLive, endpoint, oldest, skew])
  const decided = useRef<Decided>({ endpoint, read: null, timesReadOn: readOn })
  // Once it is known what the live source holds, a range that was taken for live may begin before it. Not each time that
  // changes: what is shown would change from one source to the other while its oldest records are evicted.
  const [knownOf, setKnownOf] = useState<string | null>(null)
  if (isLive && oldest !== null && knownOf !== endpoint) setKnownOf(endpoint)
  const isKnown = knownOf === endpoint
  useLayoutEffect(() => {
    const before = decided.current
    const isSame = before.endpoint === endpoint && before.timesReadOn === readOn
    const range = historyRangeOf({
      time,
      alone,
      before: isSame ? before.read : null,
      isUnread,
      oldestLive: isKnown ? live.current.oldest : null,
      now: Date.now() / 1000 + live.current.skew,
    })
    const isKept = isSame && before.read?.range === range
    const read = isKept ? before.read : time === null || range === null ? null : { time, range }
    decided.current = { endpoint, read, timesReadOn: readOn }
    onRange(range)
  }, [time, alone, readOn, endpoint, isKnown, isUnread, onRange])
  useLayoutEffect(() => () => onRange(null), [onRange])
  return null
}
