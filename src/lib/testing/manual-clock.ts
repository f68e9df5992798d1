import type { Clock } from '../clock.ts'

interface Task {
  readonly at: number
  readonly run: () => void
}

/** A clock that stands still until it is told to advance: for tests. */
export class ManualClock implements Clock {
  #now: number
  readonly #tasks = new Set<Task>()

  /** @param now Unix milliseconds */
  constructor(now = 0) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(milliseconds: number, run: () => void): () => void {
    const task = { at: this.#now + milliseconds, run }
    this.#tasks.add(task)
    return () => void this.#tasks.delete(task)
  }

  /** How many tasks wait: zero when everything was called off. */
  get waiting(): number {
    return this.#tasks.size
  }

  /** Runs what falls due, in order of time; each task sees the time for which it was set. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds
    for (;;) {
      let next: Task | null = null
      for (const task of this.#tasks) if (task.at <= end && (!next || task.at < next.at)) next = task
      if (!next) break
      this.#tasks.delete(next)
      this.#now = next.at
      next.run()
    }
    this.#now = end
  }
}
