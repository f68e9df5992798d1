import type { Clock } from '../../src/lib/clock.ts'

interface Timer {
  /** Unix milliseconds by the clock. */
  readonly at: number
  readonly task: () => void
  handle?: ReturnType<typeof setTimeout>
}

/** The clock of the system, which a test can set forwards, so that what is due later is due at once. */
export class SkippingClock implements Clock {
  #skippedMs = 0
  readonly #timers = new Set<Timer>()

  now(): number {
    return Date.now() + this.#skippedMs
  }

  after(milliseconds: number, task: () => void): () => void {
    const timer: Timer = { at: this.now() + milliseconds, task }
    this.#timers.add(timer)
    this.#arm(timer)
    return () => {
      this.#timers.delete(timer)
      clearTimeout(timer.handle)
    }
  }

  /** Sets the clock forwards. Timers that are due by then run in the next turn of the event loop. */
  skip(milliseconds: number): void {
    this.#skippedMs += milliseconds
    for (const timer of this.#timers) {
      clearTimeout(timer.handle)
      this.#arm(timer)
    }
  }

  #arm(timer: Timer): void {
    timer.handle = setTimeout(
      () => {
        this.#timers.delete(timer)
        timer.task()
      },
      Math.max(0, timer.at - this.now()),
    )
  }
}
