import type { Clock } from '../../../src/lib/clock.ts'

/** An hour: a timer takes at most 2^31 ms. */
const MAX_SLEEP_MS = 3_600_000

/** The sleep of one loop, which ends early when something has happened: also what did since the last sleep. */
export class InterruptibleSleep {
  readonly #clock: Clock
  #isAwake = false
  #wake = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  interrupt(): void {
    this.#isAwake = true
    this.#wake()
  }

  /** Resolves after so many milliseconds, or at an interrupt; at the latest after an hour. */
  async sleep(milliseconds: number): Promise<void> {
    if (!this.#isAwake)
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(Math.min(milliseconds, MAX_SLEEP_MS), resolve)
        this.#wake = () => {
          cancel()
          resolve()
        }
      })
    this.#wake = () => {}
    this.#isAwake = false
  }
}
