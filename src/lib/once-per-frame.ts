/**
 * A throttle of one task a frame: runs a task in a microtask after the present one, or in the next animation frame when
 * one ran in this frame already. The first of a series of changes is not delayed, and a series runs no more often than
 * the screen is painted.
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
