import { GoldmaneError } from './error.ts'

export type Call = 'List' | 'FilterHints' | 'Statistics' | 'Stream'

/** A failure to provoke, so that tests see the product meet it for real instead of intercepting requests. */
export interface Failure {
  readonly call: Call
  /** gRPC status code. */
  readonly code: number
  readonly message: string
  /** Stream only: how many results get through first. None unless given; other calls answer whole or not at all. */
  readonly afterResults?: number
  /** How many calls it hits, the next ones. One unless given. */
  readonly times?: number
}

/** The failures that wait for their calls, first come first served. */
export class Failures {
  readonly #waiting: { readonly failure: Failure; left: number }[] = []

  add(failure: Failure): void {
    this.#waiting.push({ failure, left: failure.times ?? 1 })
  }

  /** Forgets those that have not happened yet. */
  clear(): void {
    this.#waiting.length = 0
  }

  /** The failure that this call meets, if any. It is used up by that. */
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
