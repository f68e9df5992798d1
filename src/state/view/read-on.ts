/** How to bring a range of the history that ended at now up to what is now. */
import { useFlowtrace } from '../client/flowtrace.ts'
import { useReadHistory } from '../client/read-history.ts'
import { useClusterNow } from '../client/source-status.ts'
import { isSameRange } from '../client/time-range.ts'
import { extendedToNow, readRangeAlone, timesReadOn } from './history-range.ts'
import { useViewPart } from './navigation.ts'
import { isSliding } from './time-choice.ts'

/** Of a range that ended longer ago, nobody waits for what came since. */
const MAX_ENDED_SECONDS = 3600

/** Reads on up to now. Null where no history is shown, and for a range that ended long ago. */
export function useReadOn(): (() => void) | null {
  const { client } = useFlowtrace()
  const past = useReadHistory()
  const time = useViewPart((view) => view.time)
  const now = useClusterNow(false)
  if (past === null) return null
  if (isSliding(time)) return () => timesReadOn.set(timesReadOn.get() + 1)
  if (now - past.range.to > MAX_ENDED_SECONDS) return null
  return () => {
    const range = extendedToNow(past.range, Date.now() / 1000)
    // The hour that goes on has the same end, and more records.
    if (isSameRange(range, past.range)) client.comeBack()
    else readRangeAlone(range)
  }
}
