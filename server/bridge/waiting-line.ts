/**
 * A semaphore with a fair queue: so many at a time, and the clients of the others take turns, however many calls one of
 * them has in the queue. The calls of one client have the order in which they came.
 */
import { GRPC } from '../grpc/grpc-status.ts'
import { abortReason, RefusedCallError } from './request/refused-call.ts'

export interface LineLimits {
  /** How many have a place at a time. */
  readonly places: number
  /** How many may wait; one more is refused. */
  readonly waiting: number
  /** How many of one client may wait. */
  readonly waitingPerClient: number
}

export class WaitingLine {
  readonly #limits: LineLimits
  /** By client, the one whose turn is next first. No set is empty. */
  readonly #queues = new Map<string, Set<() => void>>()
  #waiting = 0
  #taken = 0

  constructor(limits: LineLimits) {
    this.#limits = limits
  }

  get taken(): number {
    return this.#taken
  }

  get waiting(): number {
    return this.#waiting
  }

  /**
   * Resolves with the function that frees the place, which must be called once.
   * @throws RefusedCallError when too many wait, or when the signal fires before there is a place
   */
  enter(client: string, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(abortReason(signal))
    if (this.#taken < this.#limits.places) {
      this.#taken++
      return Promise.resolve(() => this.#leave())
    }
    const refusal = this.#refusalFor(client)
    if (refusal !== null) {
      return Promise.reject(new RefusedCallError({ code: GRPC.RESOURCE_EXHAUSTED, message: refusal }))
    }
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener('abort', giveUp)
        resolve(() => this.#leave())
      }
      const giveUp = () => {
        this.#remove(client, admit)
        reject(abortReason(signal))
      }
      this.#add(client, admit)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** Why the client may not wait; null when it may. */
  #refusalFor(client: string): string | null {
    const { waiting, waitingPerClient } = this.#limits
    if ((this.#queues.get(client)?.size ?? 0) >= waitingPerClient)
      return `More than ${waitingPerClient} of your calls wait for an answer already: try again in some seconds`
    return this.#waiting < waiting
      ? null
      : `More than ${waiting} calls wait for an answer already: try again in some seconds`
  }

  #add(client: string, admit: () => void): void {
    const queue = this.#queues.get(client) ?? new Set()
    this.#queues.set(client, queue)
    queue.add(admit)
    this.#waiting++
  }

  #remove(client: string, admit: () => void): void {
    const queue = this.#queues.get(client)
    if (queue?.delete(admit) !== true) return
    this.#waiting--
    if (queue.size === 0) this.#queues.delete(client)
  }

  /** Hands the place to the first call of the client whose turn it is, whose next turn is then after all others. */
  #leave(): void {
    for (const [client, queue] of this.#queues) {
      for (const admit of queue) {
        this.#remove(client, admit)
        if (this.#queues.delete(client)) this.#queues.set(client, queue)
        admit()
        return
      }
    }
    this.#taken--
  }
}
