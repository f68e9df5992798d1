/** A stack of the brackets around the next record: open lists, and the objects that wrap them. */
export class OpenBrackets {
  /** Outermost first. */
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

  /** Whether the innermost bracket is that of a list. */
  get inArray(): boolean {
    return this.#open.endsWith('[')
  }

  /** Whether brackets are surely missing if the text ends here. */
  get areUnclosed(): boolean {
    return this.#open !== '' && this.#isSure
  }

  open(brackets: string): void {
    if (this.#open === '' && brackets !== '') this.#isSure = true
    this.#open += brackets
  }

  /**
   * Pops the bracket that `closer` closes. False when it certainly closes none: after something broken, any closer may
   * belong to an opener that was swallowed.
   */
  close(closer: ']' | '}'): boolean {
    if (!this.#open.endsWith(closer === ']' ? '[' : '{')) return !this.#isSure
    this.#open = this.#open.slice(0, -1)
    return true
  }

  /** Records that something broken may have swallowed brackets. */
  distrust(): void {
    this.#isSure = false
  }
}

/** Why a list that is still open at the end of a text is refused. `whole`: what the text is called. */
export function unclosedListReason(whole: string): string {
  return `The list is not closed: the ${whole} was cut off between two records`
}
