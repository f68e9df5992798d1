/** Milliseconds after which a thread that is never idle is taken to be so: flows may be streaming in for a long time. */
const MAX_WAIT_MS = 200

/** Resolves when the page's thread has nothing else to do. */
export function untilIdle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no idle callbacks.
    if (typeof requestIdleCallback === 'undefined') setTimeout(resolve, MAX_WAIT_MS)
    else requestIdleCallback(() => resolve(), { timeout: MAX_WAIT_MS })
  })
}
