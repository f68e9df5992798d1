import { growToFit } from '../../lib/grow-to-fit.ts'

/**
 * Numbers for one end of the sets of a roll-up, from 0: equal where the end is the same. Where no order is asked for they
 * take the place of ranks, which cost a sort of all names whenever new ones came.
 */
export class EndCodes {
  /** By set, for the first `#count`. */
  #codes = new Uint32Array(16)
  #count = 0
  readonly #codeOfEnd = new Map<number, number>()
  readonly #endOf: (set: number) => number

  /** `endOf` returns a safe integer that is the same for equal ends. */
  constructor(endOf: (set: number) => number) {
    this.#endOf = endOf
  }

  /** By set, for the first `count` at least; replaced when it grows. */
  codes(count: number): Uint32Array {
    this.#codes = growToFit(this.#codes, count)
    for (; this.#count < count; this.#count++) {
      const end = this.#endOf(this.#count)
      const code = this.#codeOfEnd.get(end) ?? this.#codeOfEnd.size
      this.#codeOfEnd.set(end, code)
      this.#codes[this.#count] = code
    }
    return this.#codes
  }
}
