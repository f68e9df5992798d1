import type { Source } from '../client/flowtrace.ts'
import type { RequestedRange } from '../client/time-range.ts'
import { isOfHistory, isSliding } from './time-choice.ts'

/** Whether the last hours are asked of a live source that has no history, and so may hold less. A capture holds all that it has. */
export function lacksHistory({ open, history }: Source, time: RequestedRange | null): boolean {
  return open.kind === 'live' && history === undefined && isSliding(time) && isOfHistory(time)
}
