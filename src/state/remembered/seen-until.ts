/**
 * The time up to which the reader has seen denials, remembered in this browser. Unix seconds; null before the reader has
 * marked any as seen.
 */
import { useSyncExternalStore } from 'react'

import { readJson, Remembered } from './remembered.ts'

/** The end of the year 9999. A number beyond it is not a time of a flow. */
const MAX_TIME = 253_402_300_799

/** The time in a stored text; null where the text is not a time. */
export function parseSeenUntil(text: string | null): number | null {
  const stored = readJson(text)
  return typeof stored === 'number' && stored > 0 && stored <= MAX_TIME ? stored : null
}

const seenUntil = new Remembered('flowtrace.seen', parseSeenUntil)

/** Marks everything as seen that is shown. `newest` is the end of the newest record in it. */
export function markSeen(newest: number): void {
  seenUntil.set(newest)
}

/** Forgets the time: nothing is seen then. */
export function forgetSeen(): void {
  seenUntil.set(null)
}

export function useSeenUntil(): number | null {
  return useSyncExternalStore(seenUntil.subscribe, seenUntil.get)
}
