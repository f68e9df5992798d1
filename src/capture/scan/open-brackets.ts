/** The brackets of the lists and wrappers around the records that a capture is being read in, outermost first. */
export class OpenBrackets {
  #open = ''
  /** False after something broken, which may have swallowed brackets. */
  #isSure = true

  /** No server's answer has its records in more brackets than this. */
  static readonly #MAX_DEPTH = 64

  get isFull(): boolean {
    return this.#open.length >= OpenBrackets.#MAX_DEPTH
  }

  /** Whether the innermost bracket is that of an object. */
  get inObject(): boolean {
    return this.#open.endsWith('{')
  }

  /** Whether brackets are surely missing if the text ends here. */
  get areUnclosed(): boolean {
    return this.#open !== '' && this.#isSure
  }

  open(brackets: string): void {
    if (this.#open === '' && brackets !== '') this.#isSure = true
    this.#open += brackets
  }

  /** Whether the bracket is expected here, or may be: after something broken any may be. */
  close(closer: ']' | '}'): boolean {
    if (!this.#open.endsWith(closer === ']' ? '[' : '{')) return !this.#isSure
    this.#open = this.#open.slice(0, -1)
    return true
  }

  /** Says that brackets may have been swallowed. */
  distrust(): void {
    this.#isSure = false
  }
}
