/** The tasks that wait for the same paint; null while none wait. */
let waiting: (() => void)[] | null = null

/**
 * Runs a task after the next frame was painted; in a hidden tab, which is not painted, when it is shown again. Those that
 * wait for the same frame run in one task, in their order, so that what they ask for is answered together.
 */
export function afterPaint(run: () => void): void {
  if (waiting !== null) {
    waiting.push(run)
    return
  }
  const tasks = [run]
  waiting = tasks
  // A frame's callbacks come before its paint, a task that they start after it.
  requestAnimationFrame(() => {
    waiting = null
    setTimeout(() => {
      // A microtask each: one that throws does not keep the others from running.
      for (const task of tasks) queueMicrotask(task)
    })
  })
}
