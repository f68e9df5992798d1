/** Fault injection: tests make Goldmane's calls fail for real instead of intercepting the requests of the product. */
import { GoldmaneError } from './goldmane-error.ts'

export type Call = 'List' | 'FilterHints' | 'Statistics' | 'Stream'

export interface Failure {
  readonly call: Call
  /** gRPC status code. */
  readonly code: number
  readonly message: string
  /** Of a stream: the number of results before the failure, 0 by default. Other calls fail without a result. */
  readonly afterResults?: number
  /** How many calls fail, 1 by default. */
  readonly times?: number
}

/** The failures that no call has met yet, in order; each kind of call takes its own. */
export class FailureQueue {
  readonly #waiting: { readonly failure: Failure; left: number }[] = []

  add(failure: Failure): void {
    this.#waiting.push({ failure, left: failure.times ?? 1 })
  }

  clear(): void {
    this.#waiting.length = 0
  }

  /** Removes and returns the failure of the next call of a kind; null when it should succeed. */
  take(call: Call): { readonly error: GoldmaneError; readonly afterResults: number } | null {
    const index = this.#waiting.findIndex(({ failure }) => failure.call === call)
    const entry = this.#waiting[index]
    if (entry === undefined) return null
    entry.left -= 1
    if (entry.left <= 0) this.#waiting.splice(index, 1)
    const { code, message, afterResults = 0 } = entry.failure
    return { error: new GoldmaneError(code, message), afterResults }
  }
}
