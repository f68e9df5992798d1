/** When a page is answered. All times are milliseconds. */

/** News that goes on and on is shown ten times a second. */
const LONGEST_WAIT = 100
/** Without more news for so long, it is shown. */
const SETTLED = 10
/** Between two answers that nobody waits for, however the news comes. */
const LEAST_GAP = 50

/** Runs what answers, once for all that was asked and all news that came since it ran last. */
export class Pace {
  readonly #run: () => void
  readonly #now: () => number
  #timer: ReturnType<typeof setTimeout> | null = null
  #due = 0
  #ranAt = Number.NEGATIVE_INFINITY
  /** When the first of the news came that is not shown yet. */
  #newsSince: number | null = null

  constructor(run: () => void, now: () => number) {
    this.#run = run
    this.#now = now
  }

  /** Somebody waits for it. */
  atOnce(): void {
    this.#schedule(this.#now())
  }

  /** There is news. */
  afterNews(): void {
    const now = this.#now()
    this.#newsSince ??= now
    const due = Math.max(this.#ranAt + LEAST_GAP, Math.min(now + SETTLED, this.#newsSince + LONGEST_WAIT))
    // Somebody may wait for it already.
    if (this.#timer === null || this.#due > now) this.#schedule(due)
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#newsSince = null
  }

  #schedule(due: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#due = due
    this.#timer = setTimeout(
      () => {
        this.#timer = null
        this.#newsSince = null
        this.#ranAt = this.#now()
        this.#run()
      },
      Math.max(0, due - this.#now()),
    )
  }
}
