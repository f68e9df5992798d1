/** How long the time is that the records held are of. */
import { useSnapshot } from './flowtrace.ts'

/** Seconds from the oldest to the newest record; 0 where none has a time. */
export function useHeldSeconds(): number {
  return useSnapshot(({ status: { holdings } }) =>
    holdings.oldest === null || holdings.newest === null ? 0 : holdings.newest - holdings.oldest,
  )
}
