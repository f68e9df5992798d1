import { type Clock, systemClock } from '../../lib/clock.ts'
import type { StoreClient } from './store-client.ts'

/** Milliseconds to wait for rows: there may be none, the server may be slow, or ask for a login. */
const MAX_WAIT_MS = 1000

/** The reader's first acts need parts of the page that are loaded after the rows. */
const ACTS = ['keydown', 'pointerdown', 'drop', 'paste'] as const

/** Resolves once the first rows are painted, or the reader acts, or after a second. */
export function untilFirstRows(
  client: Pick<StoreClient, 'subscribe' | 'snapshot'>,
  page: Pick<Window, 'addEventListener' | 'requestAnimationFrame'> = window,
  clock: Clock = systemClock,
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => resolve()
    const unsubscribe = client.subscribe(() => {
      if ((client.snapshot().answer?.window.total ?? 0) === 0) return
      unsubscribe()
      // The second frame begins after the first one, which has the rows, was painted.
      page.requestAnimationFrame(() => page.requestAnimationFrame(done))
    })
    clock.after(MAX_WAIT_MS, done)
    for (const act of ACTS) page.addEventListener(act, done, { capture: true, once: true })
  })
}
