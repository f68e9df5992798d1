/** Runs a task once all tasks before it have ended, and resolves or rejects as it does. */
export type Exclusively = <T>(task: () => Promise<T>) => Promise<T>

/** A mutex: the tasks that are given to the function that is returned run one at a time, in their order. */
export function makeExclusive(): Exclusively {
  let tail: Promise<unknown> = Promise.resolve()
  return (task) => {
    const run = tail.then(task)
    tail = run.catch(() => {})
    return run
  }
}
