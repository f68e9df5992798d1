/** Up to when the reader marked everything as seen, remembered in this browser. Unix seconds; null without a mark. */
import { useSyncExternalStore } from 'react'

import { readJson, remembered } from './remembered.ts'

/** The end of the year 9999: what is later is no time of a flow. */
const LATEST = 253_402_300_799

/** Reads what was stored, whatever it is: what is no time is no mark. */
export function parseSeenUntil(text: string | null): number | null {
  const stored = readJson(text)
  return typeof stored === 'number' && stored > 0 && stored <= LATEST ? stored : null
}

const store = remembered('flowtrace.seen', parseSeenUntil)

/** `newest` is the end of the newest record that the reader could see. */
export function markSeen(newest: number): void {
  store.set(newest)
}

export function forgetSeen(): void {
  store.set(null)
}

export function useSeenUntil(): number | null {
  return useSyncExternalStore(store.subscribe, store.get)
}
