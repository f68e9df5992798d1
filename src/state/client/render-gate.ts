import { type Clock, systemClock } from '../../lib/clock.ts'

/**
 * Milliseconds that a changed view waits for its rows. Most answers are here within them, and a reader does not notice
 * the delay (docs/adr/0009).
 */
const MAX_DELAY_MS = 50

/**
 * Delays the rendering of a changed view until its rows are here, so that both are rendered once. Closed while rows are
 * on their way; opens with them. A rendering waits for at most 50 ms at a closed gate.
 */
export class RenderGate {
  readonly #clock: Clock
  #isOpen = true
  #render: (() => void) | null = null
  #cancelTimeout: (() => void) | null = null

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** The rows on the screen are those of an older view. */
  close(): void {
    this.#isOpen = false
  }

  /** The rows are here. What waits is rendered in this task. */
  open(): void {
    this.#isOpen = true
    this.#pass()
  }

  /** Calls `render` at once through an open gate, and later through a closed one. A later call replaces an earlier one. */
  schedule(render: () => void): void {
    this.#render = render
    if (this.#isOpen) this.#pass()
    else this.#cancelTimeout ??= this.#clock.after(MAX_DELAY_MS, () => this.#pass())
  }

  #pass(): void {
    this.#cancelTimeout?.()
    this.#cancelTimeout = null
    const render = this.#render
    this.#render = null
    render?.()
  }
}
