/** One clock for everything on the screen that says how long ago something was. */
import { useSyncExternalStore } from 'react'

import { Observable } from '../lib/observable.ts'

const TICK_MS = 1000

function wholeSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** Unix seconds, whole. It ticks only while it has subscribers, so that an idle page has no timer. */
const now: Observable<number> = new Observable(wholeSeconds(), () => {
  const timer = setInterval(() => now.set(wholeSeconds()), TICK_MS)
  return () => clearInterval(timer)
})

const subscribeToNothing = () => () => {}

/** The time in whole Unix seconds. With `ticking` false the component is not rendered again when it advances. */
export function useNow(ticking = true): number {
  return useSyncExternalStore(ticking ? now.subscribe : subscribeToNothing, now.get)
}
