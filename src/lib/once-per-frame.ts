/**
 * Runs what it is given after the present task, or with the next frame when something ran in this one: the first of a
 * series of changes waits for nothing, and a series does not run more often than it can be seen.
 */
export function oncePerFrame(
  nextFrame: (run: () => void) => void = (run) => requestAnimationFrame(run),
): (run: () => void) => void {
  let hasRun = false
  return (run) => {
    if (hasRun) return nextFrame(run)
    hasRun = true
    nextFrame(() => {
      hasRun = false
    })
    queueMicrotask(run)
  }
}
