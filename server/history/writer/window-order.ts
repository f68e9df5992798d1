/**
 * Whose turn it is of the windows that Goldmane's emitter posts. After an outage it tries each window that it has by itself, at
 * most 30 s apart, and once one of them was taken it takes all older ones for sent, and posts them never again
 * (goldmane/pkg/emitter/emitter.go:208). Taken as they come, they would be lost: so a window that leaves a hole behind it is
 * asked for again until older ones have had their turn.
 */
import type { Clock } from '../../../src/lib/clock.ts'

/** Milliseconds: longer than the emitter waits between two attempts of a window. */
const TURN_MS = 35_000
/** An emitter that keeps its windows for its 15 attempts has a dozen. */
const MAX_WAITING = 256

interface WaitingWindow {
  /** When it was posted first and last (Unix milliseconds). */
  readonly first: number
  readonly last: number
}

export class WindowOrder {
  readonly #clock: Clock
  /** By their start. */
  readonly #waiting = new Map<number, WaitingWindow>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether the window that starts at `from` is taken now; if not, its sender has to try again. */
  isTurnOf(from: number, { hasHole }: { readonly hasHole: boolean }): boolean {
    const now = this.#clock.now()
    // The emitter has given it up, or has taken it for sent.
    for (const [start, { last }] of this.#waiting) if (now - last > TURN_MS) this.#waiting.delete(start)
    const waits = this.#waiting.get(from)
    const isOldest = [...this.#waiting.keys()].every((start) => start >= from)
    const hasWaited = waits !== undefined && now - waits.first >= TURN_MS
    if (isOldest && (!hasHole || hasWaited)) {
      this.#waiting.delete(from)
      return true
    }
    if (waits !== undefined || this.#waiting.size < MAX_WAITING)
      this.#waiting.set(from, { first: waits?.first ?? now, last: now })
    return false
  }
}
