/** Lets tests stop an in-memory Goldmane, as a stopped process, and let it go on. */
export class Hang {
  /** Results that may still be sent before it begins. */
  #resultsLeft = 0
  #isAsked = false
  #over: Promise<void> | null = null
  #finish = () => {}

  /** Resolves when the hang is over; null while there is none. */
  get over(): Promise<void> | null {
    return this.#over
  }

  /** Begins after so many results, or at once with 0. */
  start(afterResults: number): void {
    this.#isAsked = true
    this.#resultsLeft = afterResults
    if (afterResults === 0) this.#begin()
  }

  end(): void {
    this.#isAsked = false
    this.#finish()
    this.#over = null
  }

  /** Must be awaited before a result is sent. */
  async pass(): Promise<void> {
    if (this.#isAsked && this.#resultsLeft === 0) this.#begin()
    while (this.#over !== null) await this.#over
    if (this.#isAsked) this.#resultsLeft -= 1
  }

  #begin(): void {
    this.#over ??= new Promise((resolve) => {
      this.#finish = resolve
    })
  }
}
