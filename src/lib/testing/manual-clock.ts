import type { Clock } from '../clock.ts'

interface Task {
  at: number
  readonly run: () => void
}

/** A clock for tests, which advances only when it is told to. */
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
    const task: Task = { at: this.#now + milliseconds, run }
    this.#tasks.add(task)
    return () => void this.#tasks.delete(task)
  }

  /** How many tasks wait; those that were cancelled are not among them. */
  get waiting(): number {
    return this.#tasks.size
  }

  /** Sets the clock forwards or back, as somebody or NTP does. What waits still has as long to wait. */
  step(milliseconds: number): void {
    this.#now += milliseconds
    for (const task of this.#tasks) task.at += milliseconds
  }

  /** Runs the tasks that fall due, in order of time. Each one runs at the time for which it was set. */
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
