/**
 * Exponential back-off with full jitter, for opening the live stream again after it broke. The jitter spreads the pages
 * that lost the same server, so that they do not all come back at the same moment.
 */

/** Milliseconds: the upper bound of the first delay. It doubles with each further attempt that fails. */
export const FIRST_DELAY_BOUND_MS = 500
/** Milliseconds: the upper bound of every delay, reached at the sixth attempt. */
export const MAX_DELAY_MS = 15_000
/**
 * Milliseconds: a stream that was open for longer than this counts as a success even without a message, because a quiet
 * cluster sends nothing.
 */
export const STABLE_AFTER_MS = 15_000

export class BackOff {
  readonly #random: () => number
  #attempt = 0

  /** `random` returns numbers in [0, 1), as `Math.random` does. */
  constructor(random: () => number) {
    this.#random = random
  }

  /** The number of the attempt that {@link nextDelayMs} last gave a delay for, from 1; 0 after a reset. */
  get attempt(): number {
    return this.#attempt
  }

  /** Counts one more attempt, and returns the milliseconds to wait before it. */
  nextDelayMs(): number {
    this.#attempt += 1
    return this.#random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_BOUND_MS * 2 ** (this.#attempt - 1))
  }

  /** Starts over with the shortest delay, after a stream that was a success. */
  reset(): void {
    this.#attempt = 0
  }
}
