import { type Clock, systemClock } from '../../lib/clock.ts'
import type { Snapshot } from './client-snapshot.ts'
import { isLost, isRead } from './source-state.ts'
import type { StoreClient } from './store-client.ts'

/** Milliseconds to wait for an answer: the server may be slow, ask for a login, or offer nothing. */
const MAX_WAIT_MS = 3000

/** The reader's first acts need parts of the page that are loaded after the rows. */
const ACTS = ['keydown', 'pointerdown', 'drop', 'paste'] as const

/** Whether rows are there, or the source has said that none come now. */
function hasAnswered({ answer, status: { source } }: Snapshot): boolean {
  return isRead(source) || isLost(source) || (answer?.window.total ?? 0) > 0
}

/**
 * Resolves once the first rows are painted, or it is known that there are none, or the reader acts, or after three
 * seconds.
 */
export function untilFirstRows(
  client: Pick<StoreClient, 'subscribe' | 'snapshot'>,
  page: Pick<Window, 'addEventListener' | 'requestAnimationFrame'> = window,
  clock: Clock = systemClock,
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => resolve()
    const unsubscribe = client.subscribe(() => {
      if (!hasAnswered(client.snapshot())) return
      unsubscribe()
      // The first frame has the rows. A busy page begins the second one before anything else is done, so that the task
      // after that is the first one of which it is sure that the rows are on the screen.
      page.requestAnimationFrame(() => page.requestAnimationFrame(() => clock.after(0, done)))
    })
    clock.after(MAX_WAIT_MS, done)
    for (const act of ACTS) page.addEventListener(act, done, { capture: true, once: true })
  })
}
