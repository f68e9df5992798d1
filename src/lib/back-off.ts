/**
 * Exponential back-off with jitter, for opening the live stream again after it broke. The jitter spreads the clients
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

/** Milliseconds. A delay lies between `minMs` and a bound that doubles from `firstBoundMs` to `maxMs`. */
export interface BackOffBounds {
  readonly minMs: number
  readonly firstBoundMs: number
  readonly maxMs: number
}

/** Full jitter, for what may be over in a moment: a server that restarts, a network that was away. */
const QUICK: BackOffBounds = { minMs: 0, firstBoundMs: FIRST_DELAY_BOUND_MS, maxMs: MAX_DELAY_MS }
/** For a refusal that only an administrator ends: a missing permission, a method that is not there. */
export const SLOW_BACK_OFF: BackOffBounds = { minMs: 30_000, firstBoundMs: 60_000, maxMs: 300_000 }

export class BackOff {
  readonly #random: () => number
  readonly #bounds: BackOffBounds
  #attempt = 0

  /** `random` returns numbers in [0, 1), as `Math.random` does. */
  constructor(random: () => number, bounds: BackOffBounds = QUICK) {
    this.#random = random
    this.#bounds = bounds
  }

  /** The number of the attempt that {@link nextDelayMs} last gave a delay for, from 1; 0 after a reset. */
  get attempt(): number {
    return this.#attempt
  }

  /** Counts one more attempt, and returns the milliseconds to wait before it. */
  nextDelayMs(): number {
    this.#attempt += 1
    const { minMs, firstBoundMs, maxMs } = this.#bounds
    const bound = Math.min(maxMs, firstBoundMs * 2 ** (this.#attempt - 1))
    return minMs + this.#random() * (bound - minMs)
  }

  /** Starts over with the shortest delay, after a stream that was a success. */
  reset(): void {
    this.#attempt = 0
  }
}
