/** Lets a few at a time do what costs much; the others wait in line, for a limited time. */
import type { Clock } from '../../src/lib/clock.ts'

export class Turns {
  readonly #max: number
  readonly #clock: Clock
  readonly #waiting: (() => void)[] = []
  #taken = 0

  constructor(max: number, clock: Clock) {
    this.#max = max
    this.#clock = clock
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /**
   * Takes a turn; resolves with the function that gives it back, which may be called again, or with null when none came within
   * `maxWaitMs`. Rejects with the signal's reason.
   */
  async take(maxWaitMs: number, signal: AbortSignal): Promise<(() => void) | null> {
    signal.throwIfAborted()
    if (this.#taken < this.#max) return this.#turn()
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(onTurn), 1)
        cancelWait()
        signal.removeEventListener('abort', onAbort)
      }
      const onTurn = (): void => {
        leave()
        resolve(this.#turn())
      }
      const onAbort = (): void => {
        leave()
        reject(signal.reason as Error) // what the caller gave to abort()
      }
      const cancelWait = this.#clock.after(maxWaitMs, () => {
        leave()
        resolve(null)
      })
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(onTurn)
    })
  }

  #turn(): () => void {
    this.#taken++
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      this.#taken--
      this.#waiting[0]?.()
    }
  }
}
