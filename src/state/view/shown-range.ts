/** The range of times that the screen shows now. */
import type { TimeRange } from '../../store/protocol.ts'
import { useSnapshot } from '../client/flowtrace.ts'
import { useViewPart } from './navigation.ts'
import { isSliding } from './time-choice.ts'

/**
 * The range of the newest answer for a sliding range, otherwise the one in the address. Null for everything held, and for
 * a sliding range while no record with a time is held.
 */
export function useShownRange(): TimeRange | null {
  const time = useViewPart((view) => view.time)
  const resolved = useSnapshot(({ answer }) =>
    answer === null || answer.newest === null ? null : answer.time,
  )
  return isSliding(time) ? resolved : time
}
