/**
 * Exponential back-off with full jitter, for opening the live stream again after it broke. The jitter spreads the pages
 * that lost the same server, so that they do not all come back at the same moment.
 */

/** Milliseconds: the upper bound of the first delay. It doubles with each further attempt that fails. */
export const FIRST_DELAY_BOUND_MS = 500
/** Milliseconds: the upper bound of every delay, reached at the sixth attempt. */
export const MAX_DELAY_MS = 15_000
/**
 * Milliseconds: a stream that was open for longer than this counts as a success. One that ended earlier does not, whatever
 * it sent: a server that breaks each stream after its first data would be asked three times a second.
 */
export const STABLE_AFTER_MS = 15_000

/** Milliseconds: the bounds of a back-off, and the least delay. */
export interface DelayBounds {
  readonly min: number
  readonly first: number
  readonly max: number
}

const SOON: DelayBounds = { min: 0, first: FIRST_DELAY_BOUND_MS, max: MAX_DELAY_MS }
/** For a server that refuses: somebody has to change a setting first, and an unattended screen comes back afterwards. */
export const SLOWLY: DelayBounds = { min: 30_000, first: 60_000, max: 300_000 }

export class BackOff {
  readonly #random: () => number
  readonly #bounds: DelayBounds
  #attempt = 0

  /** `random` returns numbers in [0, 1), as `Math.random` does. */
  constructor(random: () => number, bounds: DelayBounds = SOON) {
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
    const { min, first, max } = this.#bounds
    return min + this.#random() * (Math.min(max, first * 2 ** (this.#attempt - 1)) - min)
  }

  /** Starts over with the shortest delay, after a stream that was a success. */
  reset(): void {
    this.#attempt = 0
  }
}
