/** What a program may know of time, so that tests hold the hands of the clock themselves. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number
  /** Runs `task` once after `milliseconds`; the answer calls it off. */
  after(milliseconds: number, task: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, task) {
    const timer = setTimeout(task, milliseconds)
    return () => clearTimeout(timer)
  },
}
