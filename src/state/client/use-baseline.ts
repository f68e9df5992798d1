import { useMemo, useState } from 'react'

import { useFlowtrace, useSnapshot } from './flowtrace.ts'
import { useSeenUntil } from '../remembered/seen-until.ts'
import { useRecordSeconds } from './record-seconds.ts'
import { type Baseline, baselineOf } from './novelty.ts'
import { isReading } from './source-state.ts'

/**
 * The baseline of new rows. It stays the same while the view is paused or scrolled, because it is of the last answer; and
 * while history or a capture is read, when the newest record is on its way through the hour: a request with another
 * baseline is answered at once, with a newer record, whose baseline would be requested in turn.
 */
export function useBaseline(): Baseline {
  const seenUntil = useSeenUntil()
  const oldest = useSnapshot(({ status }) => status.holdings.oldest)
  const newest = useNewestRead()
  const recordSeconds = useRecordSeconds()
  return useMemo(
    () =>
      newest === undefined
        ? { known: false, why: 'what is held is still being read' }
        : baselineOf(seenUntil, { oldest, newest }, recordSeconds),
    [seenUntil, oldest, newest, recordSeconds],
  )
}

/** The end of the newest record in Unix seconds, null without one, as it was before the reading; undefined in the first. */
function useNewestRead(): number | null | undefined {
  const { source } = useFlowtrace()
  const isPartial = useSnapshot(({ status }) => isReading(status.source))
  const newest = useSnapshot(({ answer }) => answer?.newest ?? null)
  const [known, setKnown] = useState<{ source: unknown; newest: number | null | undefined }>({
    source: null,
    newest: undefined,
  })
  const before = known.source === source ? (known.newest ?? undefined) : undefined
  const now = isPartial ? before : newest
  if (known.source !== source || known.newest !== now) setKnown({ source, newest: now })
  return now
}
