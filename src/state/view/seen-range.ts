/** What the time window in the address means on the screen now. */
import type { TimeRange } from '../../store/protocol.ts'
import { useSnapshot } from '../client/flowtrace.ts'
import { useView } from './navigation.ts'
import { isSliding } from './time-choice.ts'

/** The range that is seen; null for everything held, and for a sliding window until something with a time is held. */
export function useSeenRange(): TimeRange | null {
  const [{ time }] = useView()
  const resolved = useSnapshot(({ answer }) =>
    answer === null || answer.newest === null ? null : answer.time,
  )
  return isSliding(time) ? resolved : time
}
