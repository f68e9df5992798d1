/**
 * Throttles the answers to a page: debounces news by 10 ms, answers at most every 100 ms while news keeps coming, and
 * backs off to 500 ms where an answer takes long. While a source is read the intervals grow from answer to answer. All
 * times are milliseconds.
 */

/** News is answered when no more came for so long. */
const DEBOUNCE_MS = 10
/** While news keeps coming, an answer is due so long after the last one: ten times a second. */
const MAX_DELAY_MS = 100
/**
 * The same as a multiple of what the last answer took, so that answers take a tenth of the time: reading a capture is what
 * the user waits for, and the page, which draws each answer, competes for the same cores.
 */
const MAX_DELAY_PER_COST = 10
/** No delay is longer, whatever an answer takes. */
const BACKOFF_LIMIT_MS = 500
/**
 * While a source is read: the interval after the first answer. Each one after it is four times as long up to the limit,
 * because nobody can read rows that change ten times a second, and drawing them takes the time of the reading.
 */
const FIRST_READING_DELAY_MS = 250
const READING_DELAY_GROWTH = 4
const MAX_READING_DELAY_MS = 4000
/** News that pauses for so long is answered also then: perhaps no more is coming, and only the source does not say so. */
const READING_PAUSE_MS = 150
/** Between two answers to news there are at least so many milliseconds, and so many times what the last answer took. */
const MIN_GAP_MS = 50
const MIN_GAP_PER_COST = 3

/** Runs `answer` once for all requests and all news that came since it ran last. */
export class AnswerThrottle {
  readonly #answer: () => void
  readonly #clock: () => number
  #timer: ReturnType<typeof setTimeout> | null = null
  /** When the answer is due. */
  #due = 0
  /** When the timer fires: not after the answer is due, and before it where that was put off since. */
  #firesAt = 0
  #lastAnswerAt = Number.NEGATIVE_INFINITY
  #lastAnswerCost = 0
  /** When the first news came that was not answered yet. */
  #newsSince: number | null = null
  /** The interval to the next answer while a source is read. */
  #readingDelay = FIRST_READING_DELAY_MS
  /** When that interval is over; null until there is news in it. */
  #readingDue: number | null = null

  constructor(answer: () => void, clock: () => number) {
    this.#answer = answer
    this.#clock = clock
  }

  /** Answers in the next turn of the event loop: the page waits for it. */
  now(): void {
    const now = this.#clock()
    // What is called between all turns must not put the answer off for ever.
    if (this.#timer === null || this.#due > now) this.#schedule(now)
  }

  /** Counts to the cost of the last answer what was computed for it later. */
  addCost(ms: number): void {
    this.#lastAnswerCost += ms
  }

  /** Answers when the news has settled. With `moreComing`, while a source is read, when its interval is over or it pauses. */
  onNews({ moreComing }: { readonly moreComing: boolean } = { moreComing: false }): void {
    const now = this.#clock()
    this.#newsSince ??= now
    const cost = this.#lastAnswerCost
    const minGap = Math.min(Math.max(MIN_GAP_MS, MIN_GAP_PER_COST * cost), BACKOFF_LIMIT_MS)
    const maxDelay = Math.min(Math.max(MAX_DELAY_MS, MAX_DELAY_PER_COST * cost), BACKOFF_LIMIT_MS)
    let due: number
    if (moreComing) {
      if (this.#readingDue === null) {
        this.#readingDue = Math.max(this.#lastAnswerAt + this.#readingDelay, now + DEBOUNCE_MS)
        this.#readingDelay = Math.min(this.#readingDelay * READING_DELAY_GROWTH, MAX_READING_DELAY_MS)
      }
      const paused = Math.max(this.#lastAnswerAt + maxDelay, now + READING_PAUSE_MS)
      due = Math.min(this.#readingDue, paused)
    } else {
      this.#readingDelay = FIRST_READING_DELAY_MS
      const settled = Math.min(now + DEBOUNCE_MS, this.#newsSince + maxDelay)
      due = Math.max(this.#lastAnswerAt + minGap, settled)
    }
    // A timer that is due already is not put off: the page may wait for its answer.
    if (this.#timer === null || this.#due > now) this.#schedule(due)
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#newsSince = null
    this.#readingDue = null
    this.#readingDelay = FIRST_READING_DELAY_MS
  }

  /** News comes between any two records that are read: a timer for each would take as long as storing them. */
  #schedule(due: number): void {
    this.#due = due
    if (this.#timer !== null && this.#firesAt <= due) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#startTimer(due - this.#clock())
  }

  #startTimer(delay: number): void {
    this.#firesAt = this.#due
    this.#timer = setTimeout(() => {
      const left = this.#due - Math.max(this.#firesAt, this.#clock())
      if (left > 0) this.#startTimer(left)
      else this.#run()
    }, delay)
  }

  #run(): void {
    this.#timer = null
    this.#newsSince = null
    this.#readingDue = null
    this.#lastAnswerAt = this.#clock()
    this.#answer()
    this.#lastAnswerCost = this.#clock() - this.#lastAnswerAt
  }
}
