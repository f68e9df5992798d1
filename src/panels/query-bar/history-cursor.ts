/** Going back through the queries that were applied before, as in a shell. */
export class Recall {
  readonly #history: () => readonly string[]
  /** The place in the history of what is shown, and what stood there before anything was recalled. */
  #shown: { readonly at: number; readonly text: string; readonly before: string } | null = null

  /** `history` is oldest first. */
  constructor(history: () => readonly string[]) {
    this.#history = history
  }

  /** Whether a text is what was recalled last: edited, it is the reader's own. */
  shows(text: string): boolean {
    return this.#shown?.text === text
  }

  /** The query before the one that is shown; null when there is none. */
  older(text: string): string | null {
    const history = this.#history()
    const start = this.shows(text) ? (this.#shown?.at ?? history.length) : history.length
    const before = this.shows(text) ? (this.#shown?.before ?? text) : text
    const at = history.slice(0, start).findLastIndex((each) => each !== text)
    return this.#show(at, before)
  }

  /** The query after it; after the newest, what stood there at first; null when nothing was recalled. */
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
