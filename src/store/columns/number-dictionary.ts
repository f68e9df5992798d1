import { hashBytes, HIGH_SEED, LOW_SEED } from './byte-hash.ts'

const encoder = new TextEncoder()
/** An estimate of a Map's entry and three list elements. */
const BYTES_PER_NUMBER = 64

/** A dictionary of numbers (ports). They are few, so that a Map suffices. Nothing is removed. */
export class NumberDictionary {
  /** By code. */
  readonly numbers: number[] = []
  /** The two halves of a hash of each number, by code. They go into row ids. */
  readonly hashHigh: number[] = []
  readonly hashLow: number[] = []
  readonly #codes = new Map<number, number>()

  get size(): number {
    return this.numbers.length
  }

  get byteLength(): number {
    return this.numbers.length * BYTES_PER_NUMBER
  }

  number(code: number): number {
    return this.numbers[code]!
  }

  /** The code of a number. `hint` is the code it probably has, which saves the look-up. */
  intern(number: number, hint = -1): number {
    if (hint >= 0 && this.numbers[hint] === number) return hint
    const known = this.#codes.get(number)
    if (known !== undefined) return known
    const code = this.numbers.push(number) - 1
    const text = encoder.encode(String(number))
    this.hashHigh.push(hashBytes(text, 0, text.length, HIGH_SEED))
    this.hashLow.push(hashBytes(text, 0, text.length, LOW_SEED))
    this.#codes.set(number, code)
    return code
  }
}
