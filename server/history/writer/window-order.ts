/**
 * Whose turn it is of the windows that Goldmane's emitter posts. After an outage it tries each window that it has by itself, about
 * 30 s apart, and once one of them was acknowledged it takes all older ones for sent, and posts them never again
 * (goldmane/pkg/emitter/emitter.go:208). Acknowledged as they come, they would be lost: so a window that leaves a hole behind it is
 * asked for again until older ones have had their turn. Because the emitter gives a window up after 15 attempts, one that comes a
 * second time is stored, whosever turn it is.
 */
import type { Clock } from '../../../src/lib/clock.ts'

/** Milliseconds: longer than the emitter waits between two attempts of a window, unless it has many of them. */
const TURN_MS = 35_000
/** Milliseconds: shorter than that wait, and time enough for the stream to bring the same records finer. */
const KEEP_AFTER_MS = 25_000
/** An emitter that keeps its windows for its 15 attempts has a dozen. */
const MAX_WAITING = 256

/**
 * `take`: it is stored and acknowledged. `keep`: it is stored and has to be posted again, so that its sender goes on with older
 * ones. `wait`: it has to be posted again.
 */
type WindowTurn = 'take' | 'keep' | 'wait'

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

  /** What is done with the window that starts at `from`. */
  turnOf(from: number, { hasHole }: { readonly hasHole: boolean }): WindowTurn {
    const now = this.#clock.now()
    // Read before those that have waited too long are removed: its sender has not given up the one that comes now.
    const waits = this.#waiting.get(from)
    // The emitter has given it up, or has taken it for sent.
    for (const [start, { last }] of this.#waiting) if (now - last > TURN_MS) this.#waiting.delete(start)
    const waitedMs = waits === undefined ? 0 : now - waits.first
    const isOldest = [...this.#waiting.keys()].every((start) => start >= from)
    if (isOldest && (!hasHole || waitedMs >= TURN_MS)) {
      this.#waiting.delete(from)
      return 'take'
    }
    if (waits !== undefined || this.#waiting.size < MAX_WAITING)
      this.#waiting.set(from, { first: waits?.first ?? now, last: now })
    return waitedMs >= KEEP_AFTER_MS ? 'keep' : 'wait'
  }
}
