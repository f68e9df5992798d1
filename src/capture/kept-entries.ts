/** What was made of the entries of an answer or a file, so that each is made once and then copied. */

/** What is kept takes at most so many bytes: the fields of 30,000 long keys, or of 100,000 usual ones. */
const MAX_KEPT_BYTES = 64 * 2 ** 20

/** What becomes of entries that take more than `maxBytes`. */
export interface FullEntries {
  readonly maxBytes: number
  readonly fail: () => never
}

export class KeptEntries<Made> {
  readonly #make: (entry: number) => { readonly made: Made; readonly bytes: number }
  readonly #maxBytes: number
  readonly #onFull: () => void
  readonly #kept = new Map<number, Made>()
  #bytes = 0

  /**
   * `bytes` of what is made count. By default all that is kept is forgotten where it is too much, and made again when it is
   * asked for; `full` sets another bound and throws, so that nothing is ever made twice.
   */
  constructor(make: (entry: number) => { readonly made: Made; readonly bytes: number }, full?: FullEntries) {
    this.#make = make
    this.#maxBytes = full?.maxBytes ?? MAX_KEPT_BYTES
    this.#onFull = full?.fail ?? (() => this.#forget())
  }

  of(entry: number): Made {
    const kept = this.#kept.get(entry)
    if (kept !== undefined) return kept
    const { made, bytes } = this.#make(entry)
    if (this.#bytes + bytes > this.#maxBytes) this.#onFull()
    this.#kept.set(entry, made)
    this.#bytes += bytes
    return made
  }

  #forget(): void {
    this.#kept.clear()
    this.#bytes = 0
  }
}
