/** When a page is answered. All times are milliseconds. */

/**
 * News that goes on and on is shown ten times a second; where an answer takes long, less often: it is the reading that is
 * waited for, and the page, which has to draw each answer, shares the machine's cores with it.
 */
const LONGEST_WAIT = 100
const LONGEST_SHARE = 10
/** Whatever an answer takes. */
const WAIT_AT_MOST = 500
/** Without more news for so long, it is shown. */
const SETTLED = 10
/** Between two answers that nobody waits for, however the news comes; and how many times as long as the answer took. */
const LEAST_GAP = 50
const LEAST_SHARE = 3

/** Runs what answers, once for all that was asked and all news that came since it ran last. */
export class Pace {
  readonly #run: () => void
  readonly #now: () => number
  #timer: ReturnType<typeof setTimeout> | null = null
  #due = 0
  #ranAt = Number.NEGATIVE_INFINITY
  /** How long the last answer took. */
  #cost = 0
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

  /** There is news. `goesOn`: more is sure to come, so that nobody waits for it to settle. */
  afterNews(goesOn = false): void {
    const now = this.#now()
    this.#newsSince ??= now
    const gap = Math.min(Math.max(LEAST_GAP, LEAST_SHARE * this.#cost), WAIT_AT_MOST)
    const longest = Math.min(Math.max(LONGEST_WAIT, LONGEST_SHARE * this.#cost), WAIT_AT_MOST)
    if (goesOn) {
      if (this.#timer === null) this.#schedule(Math.max(this.#ranAt + longest, now + SETTLED))
      return
    }
    const due = Math.max(this.#ranAt + gap, Math.min(now + SETTLED, this.#newsSince + longest))
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
        this.#cost = this.#now() - this.#ranAt
      },
      Math.max(0, due - this.#now()),
    )
  }
}
