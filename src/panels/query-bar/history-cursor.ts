/** Steps through the query history with the arrow keys, as a shell does. */
export class HistoryCursor {
  readonly #history: () => readonly string[]
  /** The history entry that is shown, its index, and the text that it replaced; null when none is shown. */
  #shown: { readonly at: number; readonly text: string; readonly before: string } | null = null

  /** `history` returns the queries, oldest first. */
  constructor(history: () => readonly string[]) {
    this.#history = history
  }

  /** Whether the text is the history entry that was shown last, and was not edited since. */
  shows(text: string): boolean {
    return this.#shown?.text === text
  }

  /** The entry before the one that is shown, or the newest one; null when there is none. */
  older(text: string): string | null {
    const history = this.#history()
    const start = this.shows(text) ? (this.#shown?.at ?? history.length) : history.length
    const before = this.shows(text) ? (this.#shown?.before ?? text) : text
    const at = history.slice(0, start).findLastIndex((each) => each !== text)
    return this.#show(at, before)
  }

  /** The entry after the one that is shown; after the newest, the text that the first entry replaced; null when none is shown. */
  newer(text: string): string | null {
    if (this.#shown === null || !this.shows(text)) return null
    const { at, before } = this.#shown
    if (this.#show(at + 1, before) !== null) return this.#shown.text
    this.#shown = null
    return before
  }

  #show(at: number, before: string): string | null {
    const text = this.#history()[at]
    if (text === undefined) return null
    this.#shown = { at, text, before }
    return text
  }
}
