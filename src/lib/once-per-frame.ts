/**
 * A throttle of one task a frame: runs a task in a microtask after the present one, or in the next animation frame when
 * one ran in this frame already. The first of a series of changes is not delayed, and a series runs no more often than
 * the screen is painted. An urgent task runs at once where one could run in this frame, and in the place of one that
 * waits for its microtask.
 */
export type FrameThrottle = (run: () => void, isUrgent?: boolean) => void

export function oncePerFrame(
  nextFrame: (run: () => void) => void = (run) => requestAnimationFrame(run),
): FrameThrottle {
  let isTaken = false
  let waiting: (() => void) | null = null
  return (run, isUrgent = false) => {
    if (isUrgent && waiting !== null) {
      waiting = null
      return run()
    }
    if (isTaken) return nextFrame(run)
    isTaken = true
    nextFrame(() => {
      isTaken = false
    })
    if (isUrgent) return run()
    waiting = run
    queueMicrotask(() => {
      const first = waiting
      waiting = null
      first?.()
    })
  }
}
