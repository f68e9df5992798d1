/** A semaphore with a queue: so many at a time, and the others wait in the order in which they came. */
import { GRPC } from '../grpc/grpc-status.ts'
import { abortReason, RefusedCallError } from './request/refused-call.ts'

export class WaitingLine {
  readonly #places: number
  readonly #maxWaiting: number
  readonly #waiting = new Set<() => void>()
  #taken = 0

  /** @param maxWaiting how many may wait; one more is refused */
  constructor(places: number, maxWaiting: number) {
    this.#places = places
    this.#maxWaiting = maxWaiting
  }

  get taken(): number {
    return this.#taken
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /**
   * Resolves with the function that frees the place, which must be called once.
   * @throws RefusedCallError when too many wait, or when the signal fires before there is a place
   */
  enter(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(abortReason(signal))
    if (this.#taken < this.#places) {
      this.#taken++
      return Promise.resolve(() => this.#leave())
    }
    if (this.#waiting.size >= this.#maxWaiting) {
      const message = `More than ${this.#maxWaiting} calls wait for Goldmane already`
      return Promise.reject(new RefusedCallError({ code: GRPC.RESOURCE_EXHAUSTED, message }))
    }
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener('abort', giveUp)
        resolve(() => this.#leave())
      }
      const giveUp = () => {
        this.#waiting.delete(admit)
        reject(abortReason(signal))
      }
      this.#waiting.add(admit)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** Hands the place to the first who waits. */
  #leave(): void {
    for (const admit of this.#waiting) {
      this.#waiting.delete(admit)
      admit()
      return
    }
    this.#taken--
  }
}
